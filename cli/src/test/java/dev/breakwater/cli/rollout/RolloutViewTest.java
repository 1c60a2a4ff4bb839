/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RolloutViewTest {

    private static final String WAVES =
            """
            "waves":[
             {"devices":10,"waiting":0,"inFlight":0,"declined":1,"out":2,"confirmed":4,"failed":1,"silent":1},
             {"devices":190,"waiting":190,"inFlight":0,"declined":0,"out":0,"confirmed":0,"failed":0,"silent":0}]}""";

    private static RolloutView view(String members) {
        return new RolloutView(
                JsonMapper.shared().readTree("{\"version\":\"1.1\"," + members + "," + WAVES));
    }

    @Test
    void showsABarForEachWaveOfThoseThatCanHaveIt() {
        assertThat(view("\"state\":\"running\",\"wave\":1").lines())
                .containsExactly(
                        "1.1: wave 1 of 2",
                        "",
                        "WAVE  DEVICES  WELL  OF THOSE THAT CAN HAVE IT     AT IT  WAITING  OWNERS  FAILED  OUT",
                        "1     10       4     [##########----------]  50 %  -      -        1       1       2",
                        "2     190      0     [--------------------]   0 %  -      190      -       -       -");
    }

    @Test
    void saysWhereItStands() {
        assertThat(
                        view("\"state\":\"running\",\"wave\":2,\"soaksUntil\":\"2026-11-28T06:00:00Z\"")
                                .standing())
                .isEqualTo("1.1: wave 2 of 2, which soaks until 2026-11-28T06:00:00Z");
        assertThat(
                        view("\"state\":\"paused\",\"wave\":1,\"pausedFor\":\"3 of 9 failed\"")
                                .standing())
                .isEqualTo("1.1: paused in wave 1 of 2: 3 of 9 failed");
        assertThat(view("\"state\":\"proposed\",\"wave\":1").standing())
                .isEqualTo("1.1: waits for somebody else to approve it");
    }

    @Test
    void endsWhenNothingMoreComesOfItByItself() {
        assertThat(view("\"state\":\"aborted\",\"wave\":1").hasEnded()).isTrue();
        assertThat(view("\"state\":\"completed\",\"wave\":2").hasEnded())
                .as("who was off is still offered it")
                .isFalse();
        assertThat(view("\"state\":\"paused\",\"wave\":1").hasEnded()).isFalse();
    }
}
