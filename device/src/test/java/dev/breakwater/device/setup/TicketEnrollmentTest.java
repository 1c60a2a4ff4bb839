/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.identity.SetupIdentity;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupTicket;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.pki.TestPki;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a device enrolls with its owner's ticket, and what it says when that fails. */
@Timeout(60)
class TicketEnrollmentTest {

    @TempDir Path directory;
    private final FullDisk disk = new FullDisk();
    private final List<Duration> rests = new ArrayList<>();
    private final TestClock clock = TestClock.atPresent();
    private SealedStorage storage;
    private SealedFileKeys keys;
    private CredentialSlots slots;
    private SetupMemory memory;
    private SetupIdentity identity;
    private OwnersServer server;
    private TicketEnrollment enrollment;

    @BeforeEach
    void setUp() throws Exception {
        storage =
                new SealedStorage(
                        disk, WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        keys = new SealedFileKeys(storage);
        identity = SetupIdentity.open(SetupBench.survivors(directory), SetupBench.SERIAL);
        slots = CredentialSlots.open(storage, keys);
        memory = new SetupMemory(storage);
        server = new OwnersServer(identity, Clock.systemUTC());
        enrollment =
                new TicketEnrollment(SetupBench.SERIAL, identity, slots, memory, clock, rests::add);
    }

    @AfterEach
    void tearDown() {
        server.close();
    }

    private void assertThatNothingIsKept() throws Exception {
        assertThat(memory.server()).isEmpty();
        assertThat(slots.next()).isEmpty();
        assertThat(slots.current()).isEmpty();
    }

    @Test
    void provesItsSetUpKeyAndKeepsCertificateAndServer() throws Exception {
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(slots.next().orElseThrow().deviceId()).isEqualTo(server.deviceId);
        assertThat(memory.server()).contains(server.place());
        assertThat(
                        memory.provisioning(
                                SetupBench.SERIAL,
                                ChannelKind.TLS,
                                new KeyPlace.SealedFile(),
                                Set.of()))
                .contains(
                        new Provisioning(
                                "127.0.0.1",
                                8883,
                                server.place().enrollmentPort(),
                                RootFingerprint.of(server.pki.root()),
                                SetupBench.SERIAL,
                                ChannelKind.TLS,
                                new KeyPlace.SealedFile(),
                                Set.of()));
        assertThat(slots.trust(RootFingerprint.of(server.pki.root()))).isPresent();
        assertThat(server.asked()).containsExactly("cacerts", "simpleenroll");
    }

    @Test
    void isSetUpAnewOverAnEarlierSetUpThatNeverConnected() throws Exception {
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        var first = slots.next().orElseThrow().key().publicKey();
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(slots.next().orElseThrow().key().publicKey()).isNotEqualTo(first);
        assertThat(keys.names()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, SERVER_REFUSED",
        "403, SERVER_REFUSED",
        "400, SERVER_REFUSED",
        "409, OWNED_BY_ANOTHER"
    })
    void tellsTheServersRefusalsApart(int status, SetupFailure why) throws Exception {
        server.refuses(1, Answer.text(status, "no"));
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).contains(why);
        assertThatNothingIsKept();
        assertThat(rests).isEmpty();
    }

    @Test
    void isRefusedWithATicketThatWasCutShort() throws Exception {
        String text = SetupBench.TICKET.text();
        SetupTicket cut = new SetupTicket(text.substring(0, text.length() - 2));
        assertThat(enrollment.enroll(cut, server.place())).contains(SetupFailure.SERVER_REFUSED);
        assertThatNothingIsKept();
    }

    @Test
    void isRefusedWithAnotherKeyThanItsOwn() throws Exception {
        OwnersServer other =
                new OwnersServer(
                        new SetupIdentity(keys.generate(), identity.certificate()),
                        Clock.systemUTC());
        try (other) {
            assertThat(enrollment.enroll(SetupBench.TICKET, other.place()))
                    .contains(SetupFailure.SERVER_REFUSED);
        }
        assertThatNothingIsKept();
    }

    @Test
    void doesNotWaitForApprovalByAPerson() throws Exception {
        server.refuses(1, new Answer(202, Map.of("Retry-After", "60"), ""));
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                .contains(SetupFailure.SERVER_REFUSED);
        assertThatNothingIsKept();
    }

    @Test
    void asksABusyServerAgainWithTheSameKey() throws Exception {
        server.refuses(2, Answer.text(503, "busy"));
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(rests).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(2));
        assertThat(keys.names()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 502, 500})
    void givesUpOnAServerThatDoesNotAnswer(int status) throws Exception {
        server.refuses(3, Answer.text(status, "no"));
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                .contains(SetupFailure.NO_INTERNET);
        assertThat(rests).hasSize(2);
        assertThatNothingIsKept();
    }

    @Test
    void saysThatThereIsNoInternetWhereNobodyListens() throws Exception {
        server.close();
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                .contains(SetupFailure.NO_INTERNET);
        assertThatNothingIsKept();
    }

    @Test
    void tellsItsTicketToNoServerWithAnotherRoot() throws Exception {
        RootFingerprint other = RootFingerprint.of(TestPki.create(Clock.systemUTC()).root());
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place(8883, other)))
                .contains(SetupFailure.SERVER_REFUSED);
        assertThat(server.asked()).containsExactly("cacerts");
        assertThatNothingIsKept();
    }

    @Test
    void tellsItsTicketToNoServerOfAnotherName() throws Exception {
        ServerPlace place = server.place();
        ServerPlace named =
                new ServerPlace(
                        "localhost",
                        OptionalInt.empty(),
                        place.enrollmentPort(),
                        place.channelPort(),
                        place.rootFingerprint());
        assertThat(enrollment.enroll(SetupBench.TICKET, named))
                .contains(SetupFailure.SERVER_REFUSED);
        assertThat(server.asked()).containsExactly("cacerts");
    }

    /**
     * As after a winter without a battery, or as somebody set it: root and server end in between.
     */
    @ParameterizedTest
    @ValueSource(ints = {-4000, -60, 20, 60, 4000})
    void asksForTheTimeWhereItsClockIsOff(int days) throws Exception {
        clock.advance(Duration.ofDays(days));
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(server.asked()).containsExactly("cacerts", "simpleenroll");
        assertThat(slots.next()).isPresent();
    }

    /** A key of old, with which somebody would turn the time back to when it was good. */
    @Test
    void saysThatItsClockIsWrongWhereNobodyProvesAnother() throws Exception {
        Clock once = Clock.offset(Clock.systemUTC(), Duration.ofDays(-60));
        try (OwnersServer old = new OwnersServer(identity, once)) {
            assertThat(enrollment.enroll(SetupBench.TICKET, old.place()))
                    .contains(SetupFailure.CLOCK_WRONG);
            assertThat(old.asked()).startsWith("cacerts").doesNotContain("simpleenroll");
        }
        assertThatNothingIsKept();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void saysThatItsStorageIsFullWhereverThatHappens(int writes) throws Exception {
        disk.takes(writes);
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                .contains(SetupFailure.STORAGE_FULL);
        assertThat(memory.server()).isEmpty();
        assertThat(slots.next()).isEmpty();
        // The ticket is not spent while it is known that there is no room for what it brings.
        assertThat(server.asked().contains("simpleenroll")).isEqualTo(writes == 3);
    }

    @Test
    void isSetUpOnceThereIsRoomAgain() throws Exception {
        for (int writes = 0; writes < 4; writes++) {
            disk.takes(writes);
            assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                    .contains(SetupFailure.STORAGE_FULL);
        }
        disk.takes(Integer.MAX_VALUE);
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        assertThat(slots.next().orElseThrow().deviceId()).isEqualTo(server.deviceId);
        // Keys for which there was room and for their names was not go at the next start.
        assertThat(CredentialSlots.open(storage, keys).next()).isPresent();
        assertThat(keys.names()).hasSize(1);
    }

    /** A token that was pulled out while the owner typed: it is not the line, nor the storage. */
    @Test
    void saysThatTheTokenWithItsKeysIsGone() throws Exception {
        GoneToken token = new GoneToken(keys, directory);
        CredentialSlots inToken = CredentialSlots.open(storage, token);
        enrollment =
                new TicketEnrollment(
                        SetupBench.SERIAL, identity, inToken, memory, clock, rests::add);
        token.pullOut();
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place()))
                .contains(SetupFailure.KEY_UNAVAILABLE);
        assertThat(server.asked()).containsExactly("cacerts");
        assertThat(rests).isEmpty();
        assertThatNothingIsKept();
        token.putBack();
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
    }

    @Test
    void forgetsTheServerWhenItIsTold() throws Exception {
        assertThat(enrollment.enroll(SetupBench.TICKET, server.place())).isEmpty();
        memory.forget();
        assertThat(memory.server()).isEmpty();
        assertThat(SetupIdentity.open(SetupBench.survivors(directory), SetupBench.SERIAL).hash())
                .isEqualTo(identity.hash());
    }
}
