/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.CommandRun;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code breakwater scan} from its words to its exit code. */
class ScanCommandTest {

    private static final String SECRET = "glpat-Zq8WzR4tYp1LmN7vXcB2";

    @TempDir Path directory;

    private CommandRun scan(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "scan";
        System.arraycopy(words, 0, all, 1, words.length);
        return CommandRun.of(directory, all);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void endsWithNothingFoundInACleanFile() throws IOException {
        CommandRun run = scan(file("clean", "hello\n").toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("clean: 0 findings in 6 bytes");
    }

    @Test
    void endsWith5AndTellsWhereWithoutTheSecret() throws IOException {
        Path image = directory.resolve("image.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(image))) {
            out.write((SECRET + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        CommandRun table = scan(image.toString());
        assertThat(table.exitCode()).isEqualTo(5);
        assertThat(table.out())
                .contains("gitlab-token", "image.gz", "blocked")
                .doesNotContain(SECRET);
        CommandRun json = scan(image.toString(), "-o", "json");
        assertThat(json.exitCode()).isEqualTo(5);
        assertThat(json.out())
                .contains("\"verdict\":\"blocked\"", "\"rule\":\"gitlab-token\"", "\"offset\":0")
                .doesNotContain(SECRET);
    }

    @Test
    void endsWith5WhenNotAllWasLookedAt() throws IOException {
        CommandRun run = scan(file("image", "BZh91AY&SY" + "x".repeat(40)).toString());
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.out()).contains("not fully scanned", "bzip2 is not read");
    }

    @Test
    void takesATeamsRules() throws IOException {
        Path image = file("image", "LIC-0123456789ABCDEF\n");
        Path rules =
                file(
                        "team.toml",
                        """
                        [[rules]]
                        id = "licence"
                        regex = '''LIC-[0-9A-F]{16}'''
                        keywords = ["LIC-"]
                        """);
        assertThat(scan(image.toString()).exitCode()).isZero();
        CommandRun run = scan(image.toString(), "--rules", rules.toString());
        assertThat(run.exitCode()).isEqualTo(5);
        assertThat(run.out()).contains("licence");
    }

    @Test
    void refusesRulesThatItDoesNotUnderstandAndFilesThatAreNotThere() throws IOException {
        Path image = file("image", "x");
        Path rules = file("team.toml", "[[rules]]\nid = \"a\"\nregex = 'a'\nskipReport = true\n");
        CommandRun run = scan(image.toString(), "--rules", rules.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("skipReport");
        assertThat(scan(directory.resolve("none").toString()).exitCode()).isEqualTo(3);
    }
}
