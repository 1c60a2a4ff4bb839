/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a tank's factory writes into its file. */
final class TankBirthTest {

    @TempDir Path directory;

    private Path birth() {
        return directory.resolve("birth.json");
    }

    @Test
    void refusesAFactorysFileThatIsNone() throws Exception {
        for (String wrong :
                List.of(
                        "",
                        "[]",
                        "{}",
                        "{\"serial\":\"tank-1\",\"network\":\"Tank 1\",\"passphrase\":1,\"tamper\":\"stop\"}",
                        "{\"serial\":\"tank-1\",\"network\":\"Tank 1\",\"passphrase\":\"pond-lily\",\"tamper\":\"explode\"}",
                        "{\"serial\":\"tank-1\",\"network\":\"Tank 1\",\"passphrase\":\"pond-lily\",\"tamper\":\"stop\",\"x\":1}")) {
            Files.writeString(birth(), wrong);
            assertThatThrownBy(
                            () ->
                                    OwnedTank.label(
                                            birth(),
                                            directory.resolve("data"),
                                            TestClock.atPresent()))
                    .as(wrong)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(birth().toString())
                    .hasMessageNotContaining("pond-lily");
        }
    }
}
