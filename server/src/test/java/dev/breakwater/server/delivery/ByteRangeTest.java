/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 14.1.2, over a file of 1,000 bytes. */
final class ByteRangeTest {

    private static final long LENGTH = 1_000;

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-499, 0, 499",
        "bytes=500-, 500, 999",
        "bytes=999-, 999, 999",
        "bytes=0-5000, 0, 999",
        "bytes=-1, 999, 999",
        "bytes=-1000, 0, 999",
        "bytes=-99999999999999999999999, 0, 999",
        "bytes=7-99999999999999999999999, 7, 999",
        "BYTES=1-2, 1, 2",
        "'bytes= 1-2 ', 1, 2"
    })
    void readsOneRange(String header, long first, long last) {
        assertThat(ByteRange.of(List.of(header), LENGTH))
                .isEqualTo(new ByteRange.Part(first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=1000-",
                "bytes=1000-1001",
                "bytes=-0",
                "bytes=99999999999999999999999-"
            })
    void saysThatNothingOfARangeIsThere(String header) {
        assertThat(ByteRange.of(List.of(header), LENGTH)).isEqualTo(new ByteRange.Unsatisfiable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=2-1",
                "bytes=a-b",
                "bytes=1-2,4-5",
                "bytes=0-,0-,0-,0-",
                "lines=1-2",
                "bytes=+1-2",
                "bytes=1--2",
                "bytes=0x1-2",
                "bytes=\u0661-\u0662",
                "bytes=1-2;q=1"
            })
    void ignoresWhatIsNotOneRange(String header) {
        assertThat(ByteRange.of(List.of(header), LENGTH)).isEqualTo(new ByteRange.Whole());
    }

    @Test
    void ignoresMoreThanOneHeader() {
        assertThat(ByteRange.of(List.of(), LENGTH)).isEqualTo(new ByteRange.Whole());
        assertThat(ByteRange.of(List.of("bytes=0-1", "bytes=2-3"), LENGTH))
                .isEqualTo(new ByteRange.Whole());
    }
}
