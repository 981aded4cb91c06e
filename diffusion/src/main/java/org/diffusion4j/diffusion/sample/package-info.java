/**
 * Samplers: from noise to a sample by repeated predictions of a model.
 *
 * <p>One sampler a class, with a config record whose components are the fields of diffusers' {@code
 * scheduler_config.json}: {@code XConfig} makes an {@code XSampler}. What all configs say is in
 * {@link org.diffusion4j.diffusion.sample.SchedulerConfig}, what all samplers do in {@link
 * org.diffusion4j.diffusion.sample.Sampler}. What is known of a run before it begins, its timesteps
 * and noise levels, is a {@link org.diffusion4j.diffusion.sample.NoisePath}; a sampler adds the
 * step. Samplers differ in what a step is in terms of:
 *
 * <ul>
 *   <li>Timesteps of the training, on samples of unit variance: Ddpm, Ddim, DdimInverse, Pndm, Lcm,
 *       Tcd. AlphasCumprod tells the levels below the first timestep, DataPrediction a clipped x0,
 *       VarianceType the noise of Ddpm, ConsistencyTimesteps the run of Lcm and Tcd.
 *   <li>The probability flow in sigma, on samples x0 + sigma eps (ProbabilityFlow): Euler,
 *       EulerAncestral, Heun, Kdpm2, Kdpm2Ancestral, Lms. DiscreteSteps chooses the path. Churn
 *       adds noise before a step, AncestralStep after it; FirstStage is kept between the two calls
 *       of a step of order 2.
 *   <li>Exponential integrators in lambda = log(alpha / sigma) (ExponentialStep):
 *       DpmSolverMultistep, DpmSolverSinglestep, Deis, UniPc. LevelChoice chooses the path, which
 *       may be that of flow matching (FlowSigmas) and leave out pure noise (LambdaClipping).
 *       SolverOutput is the x0 or the noise that OutputHistory keeps.
 *   <li>Flow matching, on samples (1 - sigma) x0 + sigma eps: FlowMatchEuler, FlowMatchHeun, with
 *       the path of a FlowSchedule, and DynamicShifting for the size of an image.
 *   <li>EDM's denoiser (EdmPreconditioning) on the path of an EdmSchedule: EdmEuler takes the steps
 *       of Euler, EdmDpmSolverMultistep those of DpmSolverMultistep (MultistepDpmSolver).
 * </ul>
 *
 * <p>WeightedSum and Lagrange are the arithmetic that they share, StepArguments the checks. Files
 * are read by {@link org.diffusion4j.diffusion.sample.SchedulerConfigFile}, which knows all of
 * {@link org.diffusion4j.diffusion.sample.SchedulerType}.
 *
 * <p>Plain arithmetic on one image's values: no graph, no model; noise is passed in. How noise and
 * timesteps relate without a run is in {@code diffusion.schedule}.
 */
package org.diffusion4j.diffusion.sample;
