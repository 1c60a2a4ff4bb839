/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import static dev.breakwater.device.tpm.ScriptedTpm.asked;
import static dev.breakwater.device.tpm.ScriptedTpm.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.testkit.token.BareTpm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a TPM may answer, and what becomes of it: a clear failure, and never a defect or a hang. */
@Timeout(120)
class TpmTest {

    private static final long SEED = 20_261_127;

    @TempDir Path directory;

    private Path socket() {
        return directory.resolve("scripted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // tag, length, code: the TPM was not started.
                "8001 0000000a 00000100                   | it was not started",
                // Its hierarchy has a password: TPM_RC_BAD_AUTH of session 1.
                "8001 0000000a 000009a2                   | a password is set",
                // TPM_RC_AUTH_FAIL of session 1.
                "8001 0000000a 0000098e                   | a password is set",
                // TPM_RC_LOCKOUT.
                "8001 0000000a 00000921                   | locked out",
                // A refusal nobody here knows.
                "8001 0000000a 0000ffff                   | 0xffff",
                // A refusal with something behind it.
                "8001 0000000b 00000100 00                | 1 bytes too many",
                // A length that is shorter than a header.
                "8002 00000009 00000000                   | announces 9 bytes",
                // A negative length.
                "8002 ffffffff 00000000                   | announces -1 bytes",
                // A length beyond what a TPM sends.
                "8002 00001001 00000000                   | announces 4097 bytes",
                // More bytes than announced.
                "8002 0000000a 00000000 00                | its length is 0xa, not 0xb",
                // Success without the authorizations that were asked for.
                "8001 0000000a 00000000                   | its tag is 0x8001, not 0x8002",
                // Success, and nothing else.
                "8002 0000000a 00000000                   | it ends too early",
                // A handle, and parameters longer than what follows.
                "8002 00000012 00000000 80000000 00000001 | longer than it is",
                // A negative length of parameters.
                "8002 00000012 00000000 80000000 ffffffff | longer than it is",
                // An empty public area.
                "8002 00000014 00000000 80000000 00000002 0000 | another kind of key",
                // A public area longer than any.
                "8002 00000014 00000000 80000000 00000002 ffff | 65535 bytes where at most 1024",
                // A TPM 1.2's answer.
                "00c4 0000000a 0000001e                   | TPM2_CreatePrimary with 0x01e"
            })
    void whatIsNoAnswerIsAClearFailure(String hex, String expected) throws Exception {
        byte[] answer = HexFormat.of().parseHex(hex.replace(" ", ""));
        try (ScriptedTpm _ = ScriptedTpm.listen(socket(), _ -> answer)) {
            assertThatThrownBy(() -> Tpm.at(socket()).createKey())
                    .isInstanceOf(TpmFailure.class)
                    .hasMessageContaining(expected);
        }
    }

    @Test
    void aTpmThatHangsUpIsAClearFailure() throws Exception {
        try (ScriptedTpm _ = ScriptedTpm.listen(socket(), _ -> new byte[0])) {
            assertThatThrownBy(() -> Tpm.at(socket()).requireWorking())
                    .isInstanceOf(TpmFailure.class)
                    .hasMessageContaining("the TPM ends the connection");
        }
    }

    @Test
    void aTpmThatFallsSilentIsLeftAfterItsTimeAndAskedAnewLater() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        CountDownLatch silent = new CountDownLatch(1);
        try (BareTpm real = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                ScriptedTpm _ =
                        ScriptedTpm.listen(
                                socket(),
                                command -> {
                                    if (code(command) == Command.LOAD.code()) {
                                        await(silent);
                                    }
                                    return asked(real.socket(), command);
                                })) {
            Tpm tpm = Tpm.at(real.socket());
            WrappedKey key = tpm.createKey();
            long before = System.nanoTime();
            assertThatThrownBy(() -> Tpm.at(socket()).sign(key, new byte[32]))
                    .isInstanceOf(TpmFailure.class)
                    .hasMessageContaining("did not answer within 15 seconds");
            assertThat(System.nanoTime() - before).isLessThan(40_000_000_000L);
            silent.countDown();
            // Without a resource manager, what was loaded before the silence is still there.
            real.pullOut();
            real.putBack();
            assertThat(tpm.sign(key, new byte[32])).isNotEmpty();
        }
    }

    /** Each byte of each answer, changed at random, is a success, a failure, and nothing else. */
    @Test
    void answersWithChangedBytesNeverBecomeDefects() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        Random random = new Random(SEED);
        int failures = 0;
        try (BareTpm real = BareTpm.make(Files.createDirectory(directory.resolve("tpm")))) {
            WrappedKey key = Tpm.at(real.socket()).createKey();
            for (int round = 0; round < 16; round++) {
                Path socket = directory.resolve("changed-" + round);
                real.pullOut();
                real.putBack();
                try (ScriptedTpm _ = ScriptedTpm.listen(socket, lying(real.socket(), random))) {
                    Tpm liar = Tpm.at(socket);
                    byte[] signature =
                            round % 2 == 0
                                    ? liar.sign(key, new byte[32])
                                    : liar.createKey().publicArea().bytes();
                    assertThat(signature).isNotEmpty();
                } catch (TpmFailure told) {
                    failures++;
                }
            }
        }
        assertThat(failures).as("seed %d", SEED).isGreaterThan(5);
    }

    /** Relays to a real TPM, on one connection of its own each time, and changes single bytes. */
    private static UnaryOperator<byte[]> lying(Path real, Random random) {
        return command -> {
            byte[] answer = asked(real, command);
            int place = random.nextInt(answer.length);
            // A length that promises more would only be waited for.
            if (place < 2 || place > 5) {
                answer[place] ^= (byte) (1 << random.nextInt(8));
            }
            return answer;
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSignatureThatDoesNotVerifyIsNotGivenOut() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        try (BareTpm real = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                ScriptedTpm _ =
                        ScriptedTpm.listen(
                                socket(),
                                command -> {
                                    byte[] answer = asked(real.socket(), command);
                                    if (code(command) == Command.SIGN.code()) {
                                        // header 10, length 4, algorithms 4, size of r 2, then r
                                        answer[30] ^= 1;
                                    }
                                    return answer;
                                })) {
            WrappedKey key = Tpm.at(real.socket()).createKey();
            assertThatThrownBy(() -> Tpm.at(socket()).sign(key, new byte[32]))
                    .isInstanceOf(TpmFailure.class)
                    .hasMessageContaining("a signature that does not verify");
        }
    }

    @Test
    void aKeyOfAnotherKindThanWasToldIsRefused() throws Exception {
        BareTpm.missing().ifPresent(reason -> abort(reason));
        try (BareTpm real = BareTpm.make(Files.createDirectory(directory.resolve("tpm")));
                ScriptedTpm _ =
                        ScriptedTpm.listen(
                                socket(), command -> asked(real.socket(), duplicable(command)))) {
            assertThatThrownBy(() -> Tpm.at(socket()).createKey())
                    .isInstanceOf(TpmFailure.class)
                    .hasMessageContaining("another kind of key than it was told");
        }
    }

    /** On its way to the TPM, a template loses the two attributes that keep the key there. */
    private static byte[] duplicable(byte[] command) {
        byte[] changed = command.clone();
        if (code(command) == Command.CREATE.code()) {
            byte[] bound = Arrays.copyOf(Template.device().bytes(), 8);
            for (int at = 0; at + bound.length <= changed.length; at++) {
                if (Arrays.equals(changed, at, at + 8, bound, 0, 8)) {
                    changed[at + 7] &= (byte) ~0x12;
                }
            }
            assertThat(changed).isNotEqualTo(command);
        }
        return changed;
    }
}
