package org.diffusion4j.examples.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest gives. */
public final class VersionProvider implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = VersionProvider.class.getPackage().getImplementationVersion();
    return new String[] {"diffusion4j " + (version == null ? "(run from classes)" : version)};
  }
}
