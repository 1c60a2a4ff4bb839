/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HydraOutputTest {

    private static final String ATTACKING =
            "[DATA] attacking http-post-form://127.0.0.1:18181/sessions:\"password\"\\:\"^PASS^\"\n";

    private static int found(String output) {
        return HydraOutput.of(new Program.Ended(137, output, false)).found();
    }

    @Test
    void countsPasswordsOfARunThatWasEnded() {
        assertThat(
                        found(
                                ATTACKING
                                        + "[18181][http-post-form] host: 127.0.0.1   login: kim@reef.example   password: correct-horse\n"))
                .isEqualTo(1);
    }

    @Test
    void countsNothingElse() {
        assertThat(found(ATTACKING + "1 of 1 target completed, 0 valid password found\n")).isZero();
    }
}
