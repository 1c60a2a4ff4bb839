/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TimeOrderedUuidTest {

    @Test
    void ordersIdsAsTheyWereMadeAlsoWithinAMillisecond() {
        List<String> made =
                Stream.generate(TimeOrderedUuid::fresh).limit(20_000).map(UUID::toString).toList();

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void isOfVersion7AndCarriesTheTime() {
        long before = System.currentTimeMillis();
        UUID id = TimeOrderedUuid.fresh();

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isGreaterThanOrEqualTo(before);
    }
}
