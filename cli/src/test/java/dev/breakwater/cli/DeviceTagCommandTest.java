/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tags at the command line, against the real API. */
@Tag("system")
@Timeout(120)
class DeviceTagCommandTest {

    @TempDir private Path data;
    @TempDir private Path computers;
    private Reef reef;

    @BeforeEach
    void setUp() throws Exception {
        reef = new Reef(data, computers);
        reef.device("tank-1");
        reef.device("tank-2");
    }

    @AfterEach
    void stop() {
        reef.close();
    }

    @Test
    void setsTheTagsOfADeviceAndShowsThem() {
        CommandRun set = tag("set", "tank-1", "site=berlin", "beta");
        assertThat(set.out()).contains("tank-1", "beta, site=berlin");
        assertThat(set.err()).contains("next: breakwater device tag list");
        assertThat(reef.maker("device", "show", "tank-1").out())
                .containsPattern("TAGS +beta, site=berlin");
        assertThat(reef.maker("device", "list", "--tag", "beta").out())
                .contains("tank-1")
                .doesNotContain("tank-2");
        assertThat(tag("list").out()).containsPattern("beta +1").containsPattern("site=berlin +1");

        tag("set", "tank-1", "--none");
        assertThat(reef.maker("device", "show", "tank-1").out()).doesNotContain("beta");
    }

    @Test
    void tagsManyByAFileAndTakesTagsFromThem() throws Exception {
        Path file = Files.writeString(data.resolve("berlin.txt"), "tank-1 # by the door\ntank-2\n");
        CommandRun added = tag("add", "site=berlin", "ring1", "--serials-file", file.toString());
        assertThat(added.out()).containsPattern("DEVICES +2").containsPattern("CHANGED +2");
        assertThat(added.err()).contains("next: breakwater device list --tag site=berlin");
        assertThat(tag("remove", "ring1", "--serial", "tank-2").out())
                .containsPattern("CHANGED +1");
        assertThat(tag("list").out()).containsPattern("ring1 +1").containsPattern("site=berlin +2");
    }

    @Test
    void refusesWhatIsNoTagAndWhoeverIsNotThere() {
        CommandRun capital = run("set", "tank-1", "Beta");
        assertThat(capital.exitCode()).isEqualTo(1);
        assertThat(capital.err()).contains("/tags/0");
        CommandRun nobody = run("add", "beta", "--serial", "tank-1", "--serial", "tank-9");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.err())
                .contains("There is no device tank-9 that is not revoked; nothing was changed.");
        assertThat(tag("list").out()).doesNotContain("beta");
    }

    @Test
    void asksWhatIsMeantWhereNothingIsSaid() {
        assertThat(run("set", "tank-1").err())
                .contains("say which tags the device has from now on, or --none");
        assertThat(run("set", "tank-1", "beta", "--none").exitCode()).isEqualTo(2);
        assertThat(run("add", "beta").err())
                .contains("say for which devices: give --serial or --serials-file");
        assertThat(run("add", "--serial", "tank-1").exitCode()).isEqualTo(2);
    }

    private CommandRun tag(String... words) {
        return Reef.ok(run(words));
    }

    private CommandRun run(String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "device";
        all[1] = "tag";
        System.arraycopy(words, 0, all, 2, words.length);
        return CommandRun.of(reef.computer("maker"), all);
    }
}
