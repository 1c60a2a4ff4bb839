/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Any bytes to an opener whose key the fuzzer does not have: they are refused, and never by a
 * failure. The one envelope that opens is in the corpus.
 */
class OpenerFuzzTest {

    private static final byte[] SEALED =
            HexFormat.of()
                    .parseHex(
                            "1d019e2afa15b453d87200060a24181e4000"
                                    + "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
                                    + "027c0695d2b9c34720ae5875edec11c21b7c7c247d3913190b5d652712a5e3f002");

    private final Opener opener =
            new Opener(
                    KeyRing.of(
                            List.of(
                                    RecipientKeyPair.of(
                                            Suite.X25519_CHACHA20_POLY1305,
                                            HexFormat.of()
                                                    .parseHex(
                                                            "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb"),
                                            new Validity(
                                                    Instant.EPOCH,
                                                    Party.START.plus(Duration.ofDays(1)))))),
                    () -> Party.START);

    @FuzzTest(maxDuration = "24h")
    void opensOnlyWhatWasSealed(byte[] bytes) {
        Opening opening = opener.open(bytes, Party.TELEMETRY, ReplayWindow.ofStranger());
        if (opening instanceof Opening.Opened != Arrays.equals(bytes, SEALED)) {
            throw new AssertionError(opening);
        }
    }
}
