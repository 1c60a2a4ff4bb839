/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server may send over the channel in place of a piece of an artifact, or beside it: nothing
 * of it is installed, and the download goes on where it was.
 */
@Timeout(60)
class HostilePiecesTest {

    @TempDir Path directory;
    private HostileBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new HostileBench(directory);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    private static Arguments piece(
            String name, BiFunction<FileRequest, FileChunk.Piece, List<byte[]>> answers) {
        return Arguments.argumentSet(name, answers);
    }

    static Stream<Arguments> besideTheGenuine() {
        return Stream.of(
                piece(
                        "answers to requests that nobody made",
                        (asked, good) ->
                                List.of(
                                        other(good, asked.request() + 1).toBytes(),
                                        other(good, Integer.MAX_VALUE).toBytes())),
                piece("nothing", (asked, good) -> List.of(new byte[0])),
                piece("garbage", (asked, good) -> List.of("garbage".getBytes(UTF_8))),
                piece("another edition", (asked, good) -> List.of(with(good, 0, 2))),
                piece("another kind", (asked, good) -> List.of(with(good, 1, 9))),
                piece("a negative offset", (asked, good) -> List.of(with(good, 6, 0x80))),
                piece("a negative length", (asked, good) -> List.of(with(good, 14, 0x80))),
                piece(
                        "more than a piece",
                        (asked, good) -> List.of(new byte[FileChunk.BYTES_MAX + 1])),
                piece(
                        "only the head of one",
                        (asked, good) -> List.of(java.util.Arrays.copyOf(good.toBytes(), 21))));
    }

    private static FileChunk other(FileChunk.Piece good, int request) {
        return new FileChunk.Piece(request, good.offset(), good.fileLength(), good.content());
    }

    private static byte[] with(FileChunk good, int at, int value) {
        byte[] bytes = good.toBytes();
        bytes[at] = (byte) value;
        return bytes;
    }

    /** Whatever comes before each good piece is passed over, and waits for nothing. */
    @ParameterizedTest
    @MethodSource("besideTheGenuine")
    void passesOver(BiFunction<FileRequest, FileChunk.Piece, List<byte[]>> before)
            throws Exception {
        bench.device.route = UpdatePlan.Route.CHANNEL;
        bench.server.pieces =
                request -> {
                    List<byte[]> said = new ArrayList<>();
                    FileChunk good = bench.server.answer(request);
                    if (good instanceof FileChunk.Piece piece) {
                        said.addAll(before.apply(request, piece));
                    }
                    said.add(good.toBytes());
                    return said;
                };
        bench.beginWithOffer();
        bench.installs();
    }

    static Stream<Arguments> insteadOfTheGenuine() {
        return Stream.of(
                instead(
                        "another offset",
                        "another piece than was asked for",
                        (asked, good) ->
                                new FileChunk.Piece(
                                        asked.request(),
                                        good.offset() + 1,
                                        good.fileLength() + 1,
                                        good.content())),
                instead(
                        "another length of the file",
                        "has changed while it was fetched",
                        (asked, good) ->
                                new FileChunk.Piece(
                                        asked.request(),
                                        good.offset(),
                                        good.fileLength() + 5,
                                        good.content())),
                instead(
                        "an end that is none",
                        "has changed while it was fetched",
                        (asked, good) ->
                                new FileChunk.Piece(
                                        asked.request(),
                                        good.offset(),
                                        good.offset(),
                                        ByteBuffer.allocate(0))),
                instead(
                        "a sign that it is gone",
                        "gone while it was fetched",
                        (asked, good) -> new FileChunk.NotFound(asked.request())),
                instead(
                        "a day to wait",
                        "come back in 86400 s",
                        (asked, good) ->
                                new FileChunk.Later(asked.request(), FileChunk.WAIT_SECONDS_MAX)));
    }

    private static Arguments instead(
            String name, String why, BiFunction<FileRequest, FileChunk.Piece, FileChunk> answer) {
        return Arguments.argumentSet(name, why, answer);
    }

    /** In place of the third piece of the artifact. */
    @ParameterizedTest
    @MethodSource("insteadOfTheGenuine")
    void goesOnOverTheChannelAfter(
            String why, BiFunction<FileRequest, FileChunk.Piece, FileChunk> answer)
            throws Exception {
        bench.device.route = UpdatePlan.Route.CHANNEL;
        AtomicInteger artifacts = new AtomicInteger();
        List<Long> offsets = new ArrayList<>();
        bench.server.pieces =
                request -> {
                    FileChunk good = bench.server.answer(request);
                    if (request.file() instanceof UpdateFile.Artifact
                            && good instanceof FileChunk.Piece piece) {
                        offsets.add(request.offset());
                        if (artifacts.incrementAndGet() == 3) {
                            return List.of(answer.apply(request, piece).toBytes());
                        }
                    }
                    return List.of(good.toBytes());
                };
        bench.beginWithOffer();
        Duration wait = bench.restsBecause(why);
        assertThat(wait).isLessThanOrEqualTo(Duration.ofHours(30));
        bench.device.time.advance(wait);
        bench.installs();
        // It went on where it was.
        assertThat(offsets.get(2)).isEqualTo(2L * FileRequest.LENGTH_MAX);
        assertThat(offsets.get(3)).isEqualTo(offsets.get(2));
    }
}
