/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.token.SoftHsm;
import dev.breakwater.testkit.token.SoftTpm;
import dev.breakwater.testkit.token.TestToken;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device's keys in real tokens: SoftHSM2, and a TPM in software behind tpm2-pkcs11. */
@Tag("system")
@Timeout(120)
final class Pkcs11KeysTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    enum Kind {
        SOFT_HSM,
        SOFT_TPM
    }

    @TempDir Path directory;

    private Optional<TestToken> made = Optional.empty();

    @AfterEach
    void endToken() {
        made.ifPresent(TestToken::close);
    }

    @ParameterizedTest
    @EnumSource
    void keepsAKeyForEachSlotAndNoneForNoSlot(Kind kind) throws Exception {
        TestToken token = make(kind);
        List<String> life = run(token, "life");
        assertThat(values(life, "protection")).containsExactly("hardware-key");
        assertThat(values(life, "private-format")).containsExactly("null", "null", "null");
        assertThat(values(life, "private-bytes")).containsExactly("false", "false", "false");
        assertThat(values(life, "request")).containsExactly("true", "true", "true");
        assertThat(values(life, "connected")).containsExactly("true", "true", "true");
        assertThat(values(life, "keys-while-renewing")).containsExactly("1", "2", "2");
        assertThat(values(life, "keys")).containsExactly("1", "1", "1");
        assertThat(values(life, "key")).doesNotHaveDuplicates();

        List<String> again = run(token, "again");
        assertThat(values(again, "key")).containsExactly(values(life, "key").getLast());
        assertThat(values(again, "connected")).containsExactly("true");
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheSetUpKeyForAsLongAsTheToken(Kind kind) throws Exception {
        TestToken token = make(kind);
        List<String> first = run(token, "setup");
        assertThat(values(first, "shown")).isEqualTo(values(first, "hash")).hasSize(1);
        assertThat(values(first, "read")).containsExactly("-1");
        assertThat(values(first, "private-bytes")).containsExactly("false");
        assertThat(values(first, "keys")).containsExactly("0");
        assertThat(values(first, "destroyed")).containsExactly("false");

        List<String> life = run(token, "life");
        assertThat(values(life, "keys")).containsExactly("1", "1", "1");

        List<String> again = run(token, "setup");
        assertThat(values(again, "hash")).isEqualTo(values(first, "hash"));
        assertThat(values(again, "shown")).isEqualTo(values(first, "hash"));
        assertThat(values(again, "keys")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void tokenSaysItsKeyIsSensitiveAndNeverExtractable(Kind kind) throws Exception {
        TestToken token = make(kind);
        run(token, "life");
        String objects =
                String.join(
                        "\n",
                        finish(
                                start(
                                        token,
                                        List.of(
                                                "pkcs11-tool",
                                                "--module",
                                                token.library().toString(),
                                                "--login",
                                                "--pin",
                                                TestToken.PIN,
                                                "--list-objects",
                                                "--type",
                                                "privkey"))));
        assertThat(objects.split("Private Key Object; EC", -1)).hasSize(2);
        assertThat(objects)
                .contains("Access:     sensitive, always sensitive, never extractable, local")
                .containsPattern("Usage: +sign\\s");
    }

    @ParameterizedTest
    @EnumSource
    void anErasureDestroysTheDevicesKeysAndNobodyElses(Kind kind) throws Exception {
        TestToken token = make(kind);
        run(token, "life");
        List<String> erased = run(token, "erase");
        assertThat(values(erased, "before")).containsExactly("1");
        assertThat(values(erased, "receipt")).containsExactly("true");
        assertThat(values(erased, "after")).containsExactly("0");
        assertThat(values(erased, "theirs")).containsExactly("true");
        assertThat(values(erased, "configured")).containsExactly("false");
        assertThat(values(erased, "connected")).containsExactly("true");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAWrongPinOnceAndShowsItNowhere(Kind kind) throws Exception {
        TestToken token = make(kind);
        run(token, "life");
        Files.writeString(token.pinFile(), "wrong-pin-9999\n");
        List<String> wrong = run(token, "wrong-pin");
        assertThat(values(wrong, "refused"))
                .hasSize(2)
                .satisfies(
                        refusals -> {
                            assertThat(refusals.getFirst())
                                    .contains("the PIN in " + token.pinFile() + " is wrong");
                            assertThat(refusals.getLast()).contains("refused the PIN");
                        });
        assertThat(String.join("\n", wrong)).doesNotContain("wrong-pin-9999");

        Files.writeString(token.pinFile(), TestToken.PIN);
        assertThat(values(run(token, "again"), "connected")).containsExactly("true");
    }

    @ParameterizedTest
    @EnumSource
    void saysThatATokenIsGoneMakesNoOtherKeyAndGoesOnWhenItIsBack(Kind kind) throws Exception {
        TestToken token = make(kind);
        String key = values(run(token, "life"), "key").getLast();
        List<String> said = runWhile(token, "pulled-out", token::pullOut);
        String output = String.join("\n", said);

        assertThat(values(said, "connect")).as(output).hasSize(1);
        assertThat(values(said, "connect").getFirst()).as(output).contains("does not sign: CKR_");
        assertThat(values(said, "request").getFirst()).as(output).contains("does not sign: CKR_");
        assertThat(values(said, "current").getFirst())
                .as(output)
                .contains(
                        switch (kind) {
                            case SOFT_HSM -> "is not where the device keeps its keys";
                            // It lists its keys from a file, and finds out when it is to sign.
                            case SOFT_TPM -> key;
                        });
        assertThat(values(said, "generate")).as(output).hasSize(1);
        assertThat(values(said, "generated")).as(output).isEmpty();

        token.putBack();
        List<String> again = run(token, "again");
        assertThat(values(again, "key")).containsExactly(key);
        assertThat(values(again, "connected")).containsExactly("true");
    }

    /** Not with SoftHSM, which says that it has stored what it could not write. */
    @Test
    void saysThatATokenIsFull() throws Exception {
        TestToken token = make(Kind.SOFT_TPM);
        run(token, "life");
        // The keys lie in a database, whose journal does not fit.
        List<String> limited = new ArrayList<>(List.of("prlimit", "--fsize=8192"));
        limited.addAll(program(token, "full"));
        List<String> full = finish(start(token, limited));
        assertThat(values(full, "made")).isEmpty();
        assertThat(values(full, "refused")).as("%s", full).hasSize(1);
        assertThat(values(full, "refused").getFirst()).contains("cannot make a key in slot 0");
        assertThat(values(full, "keys")).containsExactly("1");
        assertThat(values(run(token, "again"), "connected")).containsExactly("true");
    }

    @Test
    void saysThatATpmTalksNonsenseAllOfASudden() throws Exception {
        SoftTpm tpm = (SoftTpm) make(Kind.SOFT_TPM);
        String key = values(run(tpm, "life"), "key").getLast();
        List<String> said = runWhile(tpm, "pulled-out", tpm::talkNonsense);
        assertThat(values(said, "connect")).as("%s", said).hasSize(1);
        assertThat(values(said, "connect").getFirst()).contains("does not sign: CKR_");
        assertThat(values(said, "generate").getFirst()).contains("CKR_");
        tpm.pullOut();
        tpm.putBack();
        assertThat(values(run(tpm, "again"), "key")).containsExactly(key);
    }

    @Test
    void saysThatATpmAnswersNonsenseFromTheBeginning() throws Exception {
        TestToken token = make(Kind.SOFT_TPM);
        String key = values(run(token, "life"), "key").getLast();
        Path socket = directory.resolve("nonsense");
        try (ServerSocketChannel answers = listen(socket);
                ServerSocketChannel control = listen(Path.of(socket + ".ctrl"))) {
            talkNonsense(answers);
            talkNonsense(control);
            Map<String, String> environment = new HashMap<>(token.environment());
            environment.put("TPM2_PKCS11_TCTI", "swtpm:path=" + socket);
            List<String> opened = finish(start(environment, program(token, "open")));
            assertThat(values(opened, "opened")).as("%s", opened).isEmpty();
            assertThat(values(opened, "refused")).as("%s", opened).hasSize(1);
            assertThat(values(opened, "refused").getFirst())
                    .contains("cannot list the keys in slot 0", "CKR_");
        }
        assertThat(values(run(token, "again"), "key")).containsExactly(key);
    }

    @Test
    void sharesATokenWithAnotherDevice() throws Exception {
        TestToken token = make(Kind.SOFT_HSM);
        run(token, "life");
        List<String> shared = run(token, "shared");
        assertThat(values(shared, "ours")).containsExactly("1");
        assertThat(values(shared, "theirs")).containsExactly("true");
        assertThat(values(shared, "refused").getFirst()).contains("a key of this device begins");
        assertThat(values(shared, "left")).containsExactly("0");
    }

    @Test
    void refusesAModuleThatIsNotThere() throws Exception {
        Path missing = directory.resolve("no.so");
        assertThatThrownBy(() -> Pkcs11Keys.open(place(missing, pinFile("rw-------")), SERIAL))
                .isInstanceOf(KeyUnavailable.class)
                .hasMessage("there is no PKCS#11 module " + missing);
    }

    @Test
    void refusesAPinFileThatOthersMayRead() throws Exception {
        Path file = pinFile("rw-r-----");
        skipWithout(SoftHsm.missing());
        assertThatThrownBy(
                        () ->
                                Pkcs11Keys.open(
                                        place(Path.of("/usr/lib/softhsm/libsofthsm2.so"), file),
                                        SERIAL))
                .isInstanceOf(KeyUnavailable.class)
                .hasMessageContaining("may be used by others than its owner: chmod 600 it");
    }

    private Path pinFile(String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("pin"), TestToken.PIN);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static KeyPlace.Pkcs11Token place(Path library, Path pinFile) {
        return new KeyPlace.Pkcs11Token(library, 0, pinFile);
    }

    private TestToken make(Kind kind) throws Exception {
        Path place = Files.createDirectory(directory.resolve("token"));
        TestToken token =
                switch (kind) {
                    case SOFT_HSM -> {
                        skipWithout(SoftHsm.missing());
                        yield SoftHsm.make(place);
                    }
                    case SOFT_TPM -> {
                        skipWithout(SoftTpm.missing());
                        yield SoftTpm.make(place);
                    }
                };
        made = Optional.of(token);
        return token;
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
    }

    /** Whatever is asked, the answer is noise, until the channel is closed. */
    private static void talkNonsense(ServerSocketChannel listener) {
        Random noise = new Random(11);
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                while (true) {
                                    try (SocketChannel client = listener.accept()) {
                                        byte[] answer = new byte[4096];
                                        noise.nextBytes(answer);
                                        int _ = client.read(ByteBuffer.allocate(4096));
                                        int _ = client.write(ByteBuffer.wrap(answer));
                                    }
                                }
                            } catch (IOException closed) {
                                // The test is over.
                            }
                        });
    }

    private static void skipWithout(Optional<String> missing) {
        missing.ifPresent(reason -> abort(reason));
    }

    private List<String> run(TestToken token, String part) throws Exception {
        List<String> output = finish(start(token, program(token, part)));
        assertThat(output).as("%s", String.join("\n", output)).contains("ended");
        return output;
    }

    /** Something that happens while the device runs. */
    private interface Accident {
        void happen() throws IOException;
    }

    private List<String> runWhile(TestToken token, String part, Accident accident)
            throws Exception {
        Process device = start(token, program(token, part));
        List<String> said = new ArrayList<>();
        String line = device.inputReader(UTF_8).readLine();
        while (line != null && !line.equals("ready")) {
            said.add(line);
            line = device.inputReader(UTF_8).readLine();
        }
        assertThat(line).as("%s", said).isEqualTo("ready");
        accident.happen();
        device.getOutputStream().write('\n');
        device.getOutputStream().flush();
        said.addAll(finish(device));
        return said;
    }

    private List<String> program(TestToken token, String part) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TokenProgram.class.getName(),
                part,
                token.library().toString(),
                token.pinFile().toString(),
                directory.toString());
    }

    private Process start(TestToken token, List<String> command) throws IOException {
        return start(token.environment(), command);
    }

    private Process start(Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static List<String> finish(Process process) throws Exception {
        process.getOutputStream().close();
        List<String> lines = process.inputReader(UTF_8).lines().toList();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return lines;
    }

    private static List<String> values(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .toList();
    }
}
