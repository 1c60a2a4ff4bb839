/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttackNameTest {

    @Test
    void usesEveryProgramInSomeAttack() {
        Set<Program> used = EnumSet.noneOf(Program.class);
        for (AttackName name : AttackName.values()) {
            used.addAll(name.attack().programs(Effort.full(1)));
        }
        assertThat(used).containsExactlyInAnyOrder(Program.values());
    }

    @Test
    void leavesWhatIsAboutTimeOutOfTheChecks() {
        assertThat(AttackName.ofChecks())
                .contains(AttackName.TAMPERING, AttackName.ORIGINS)
                .doesNotContain(AttackName.FLOOD, AttackName.SLOW, AttackName.HANDSHAKES);
    }

    @Test
    void describesEachAttack() {
        assertThat(Arrays.stream(AttackName.values()).map(AttackName::description))
                .doesNotHaveDuplicates()
                .noneMatch(String::isBlank);
    }
}
