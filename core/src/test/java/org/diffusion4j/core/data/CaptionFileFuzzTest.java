package org.diffusion4j.core.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.diffusion4j.core.testing.ByteMutation;
import org.diffusion4j.core.testing.HostileFiles;
import org.diffusion4j.core.testing.JsonMutation;
import org.diffusion4j.core.testing.Mutation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("slow")
class CaptionFileFuzzTest {
  private static final List<byte[]> LINES =
      List.of(
          utf8("{\"file_name\": \"a.png\", \"text\": \"a dog\"}\n"),
          utf8("{\"image\": \"b/c.jpg\", \"name\": \"é\", \"aliases\": [\"a\", \"b\"]}\n"));

  private static final List<byte[]> TABLE =
      List.of(
          utf8("file_name,text\na.png,\"a \"\"big\"\" dog, sitting\"\nb.png,é\n"),
          utf8("text,file_name\n\"one, two\",c.png\n"));

  private static final List<byte[]> TEXT =
      List.of(utf8("image,caption\na.png,a dog\nb.png\tan, apple\n"), utf8("a.png\té\n"));

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(CaptionFile.class)
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void hostileCaptionsAreReadOrRefused(CaptionFile format) throws Exception {
    new HostileFiles(
            folder.resolve(format.fileName()),
            corpus(format),
            corpus(format) == LINES
                ? Mutation.anyOf(new ByteMutation(), new JsonMutation())
                : new ByteMutation(),
            HostileFiles.JSON_TREE)
        .assertReadsOrRefuses(file -> format.read(folder));
  }

  private static List<byte[]> corpus(CaptionFile format) {
    return switch (format) {
      case METADATA_JSONL, CAPTIONS_JSONL -> LINES;
      case METADATA_CSV -> TABLE;
      case CAPTIONS_TXT -> TEXT;
    };
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
