/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourcesTest {

    @Test
    void givesSoManyDifferentAddressesAndThenTheFirstAgain() {
        Sources sources = Sources.attackers(1_000);
        Set<InetAddress> seen = new HashSet<>();
        InetAddress first = sources.next();
        seen.add(first);
        for (int i = 1; i < 1_000; i++) {
            seen.add(sources.next());
        }
        assertThat(seen).hasSize(1_000).allMatch(InetAddress::isLoopbackAddress);
        assertThat(sources.next()).isEqualTo(first);
    }

    @Test
    void keepsAttackersApartFromWhoeverMeasures() {
        Sources sources = Sources.attackers(500);
        for (int i = 0; i < 500; i++) {
            assertThat(sources.next())
                    .isNotIn(Sources.PROBE, Sources.OPERATOR, Sources.TOOL)
                    .satisfies(source -> assertThat(source.getAddress()[1]).isNotZero());
        }
    }
}
