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
    void growsBehindAnIdOfAClockThatWasAhead() {
        UUID now = TimeOrderedUuid.fresh();
        UUID inTenYears = UUID.fromString("0fff0000-1234-7fff-8000-000000000000");

        UUID next = TimeOrderedUuid.freshAfter(inTenYears);
        UUID another = TimeOrderedUuid.freshAfter(next);

        assertThat(Stream.of(now, inTenYears, next, another).map(UUID::toString)).isSorted();
        assertThat(next.version()).isEqualTo(7);
        assertThat(next.variant()).isEqualTo(2);
        // The count within its millisecond was full.
        assertThat(next.toString()).startsWith("0fff0000-1235-7000-");
        assertThat(TimeOrderedUuid.freshAfter(now).toString())
                .isGreaterThan(now.toString())
                .isLessThan(inTenYears.toString());
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
