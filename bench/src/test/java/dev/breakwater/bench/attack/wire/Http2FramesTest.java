/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Http2FramesTest {

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    @Test
    void cancelsAStream() {
        // Length 4, RST_STREAM, no flags, stream 5, CANCEL.
        assertThat(hex(Http2Frames.cancel(5))).isEqualTo("00 00 04 03 00 00 00 00 05 00 00 00 08");
    }

    @Test
    void makesTheServerResetAStream() {
        // WINDOW_UPDATE of nothing, and beyond 2^31-1 with what a window has from the beginning.
        assertThat(hex(Http2Frames.emptyWindow(1)))
                .isEqualTo("00 00 04 08 00 00 00 00 01 00 00 00 00");
        assertThat(hex(Http2Frames.overflowingWindow(1)))
                .isEqualTo("00 00 04 08 00 00 00 00 01 7f ff ff ff");
        assertThat(hex(Http2Frames.dataAfterEnd(1))).isEqualTo("00 00 01 00 00 00 00 00 01 78");
        assertThat(hex(Http2Frames.selfDependence(3)))
                .isEqualTo("00 00 05 02 00 00 00 00 03 00 00 00 03 00");
    }

    @Test
    void goesOnWithAHeaderBlockWithoutItsEnd() {
        // CONTINUATION without END_HEADERS: one literal that is not indexed, x: y.
        assertThat(hex(Http2Frames.continuation(1)))
                .isEqualTo("00 00 05 09 00 00 00 00 01 00 01 78 01 79");
        // END_STREAM alone, where a whole request has END_HEADERS too.
        assertThat(Http2Frames.endlessRequest(1)[4]).isEqualTo((byte) 1);
        assertThat(Http2Frames.request(1)[4]).isEqualTo((byte) 5);
    }
}
