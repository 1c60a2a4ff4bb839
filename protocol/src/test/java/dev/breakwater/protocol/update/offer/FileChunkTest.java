/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.message.MalformedMessage;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileChunkTest {

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @Test
    void dataHasTheFormOfTheContract() throws Exception {
        byte[] payload =
                hex(
                        "01" // edition 1
                                + "00" // data
                                + "00 00 00 07" // request 7
                                + "00 00 00 00 00 00 00 10" // offset 16
                                + "00 00 00 00 00 00 00 20" // of a file of 32 bytes
                                + "AA BB CC"); // three of them
        FileChunk.Piece data = new FileChunk.Piece(7, 16, 32, ByteBuffer.wrap(hex("AA BB CC")));
        assertThat(data.toBytes()).isEqualTo(payload);
        assertThat(FileChunk.parse(payload)).isEqualTo(data);
    }

    @Test
    void refusalsHaveTheFormOfTheContract() throws Exception {
        byte[] notFound = hex("01 01 00000007 0000000000000000 0000000000000000");
        assertThat(new FileChunk.NotFound(7).toBytes()).isEqualTo(notFound);
        assertThat(FileChunk.parse(notFound)).isEqualTo(new FileChunk.NotFound(7));
        byte[] later = hex("01 02 00000007 0000000000000000 000000000000003C"); // 60 seconds
        assertThat(new FileChunk.Later(7, 60).toBytes()).isEqualTo(later);
        assertThat(FileChunk.parse(later)).isEqualTo(new FileChunk.Later(7, 60));
    }

    @Test
    void anEmptyPieceStandsForTheEndOfAFile() throws Exception {
        FileChunk end = new FileChunk.Piece(1, 32, 32, ByteBuffer.allocate(0));
        assertThat(FileChunk.parse(end.toBytes())).isEqualTo(end);
        FileChunk empty = new FileChunk.Piece(1, 0, 0, ByteBuffer.allocate(0));
        assertThat(FileChunk.parse(empty.toBytes())).isEqualTo(empty);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FileChunk.Piece(1, 31, 32, ByteBuffer.allocate(0)));
    }

    @Test
    void theLongestPieceFits() throws Exception {
        FileChunk longest =
                new FileChunk.Piece(0, 0, 1L << 40, ByteBuffer.allocate(FileRequest.LENGTH_MAX));
        assertThat(FileChunk.parse(longest.toBytes())).isEqualTo(longest);
        assertThat(longest.toBytes()).hasSize(FileChunk.BYTES_MAX);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new FileChunk.Piece(
                                        0,
                                        0,
                                        1L << 40,
                                        ByteBuffer.allocate(FileRequest.LENGTH_MAX + 1)));
    }

    @Test
    void contentIsAViewThatReadingDoesNotUseUp() {
        FileChunk.Piece data = new FileChunk.Piece(1, 0, 3, ByteBuffer.wrap(new byte[3]));
        assertThat(data.content().get()).isZero();
        assertThat(data.content().remaining()).isEqualTo(3);
        assertThat(data.content().isReadOnly()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "01 00 00000007 0000000000000000", // cut off in the header
                "02 01 00000007 0000000000000000 0000000000000000", // another edition
                "01 03 00000007 0000000000000000 0000000000000000", // unknown status
                "01 FF 00000007 0000000000000000 0000000000000000", // unknown status
                "01 01 80000000 0000000000000000 0000000000000000", // request below 0
                "01 01 00000007 0000000000000001 0000000000000000", // not found at an offset
                "01 01 00000007 0000000000000000 0000000000000001", // not found with a length
                "01 01 00000007 0000000000000000 0000000000000000 00", // not found with bytes
                "01 02 00000007 0000000000000000 0000000000000000", // later than at once
                "01 02 00000007 0000000000000000 0000000000015181", // later than in a day
                "01 02 00000007 0000000000000000 FFFFFFFFFFFFFFFF", // before now
                "01 02 00000007 0000000000000000 000000000000003C 00", // later with bytes
                "01 00 00000007 FFFFFFFFFFFFFFFF 0000000000000001 00", // offset below 0
                "01 00 00000007 0000000000000000 FFFFFFFFFFFFFFFF 00", // length below 0
                "01 00 00000007 0000000000000001 0000000000000001 00", // behind the end
                "01 00 00000007 7FFFFFFFFFFFFFFF 0000000000000001 00", // far behind the end
                "01 00 00000007 0000000000000000 0000000000000001" // nothing of something
            })
    void refusesAnswersOfAnotherForm(String digits) {
        assertThatThrownBy(() -> FileChunk.parse(hex(digits))).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void whateverComesIsReadOrRefused() {
        long seed = 20261127;
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] payload = new byte[random.nextInt(40)];
            random.nextBytes(payload);
            if (payload.length > 21) {
                payload[0] = 1;
                payload[1] &= 3;
                if (random.nextBoolean()) {
                    payload[6] = payload[14] = payload[2] = 0;
                }
            }
            try {
                assertThat(FileChunk.parse(payload).toBytes()).isEqualTo(payload);
                read++;
            } catch (MalformedMessage refused) {
                assertThat(refused).as("seed %d", seed).hasMessageContaining("a");
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }
}
