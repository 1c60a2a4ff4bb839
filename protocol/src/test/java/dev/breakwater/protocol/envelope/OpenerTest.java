/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.TopicName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenerTest {

    private static final byte[] READING = "{\"celsius\":24.5}".getBytes(UTF_8);

    private final Party party = new Party();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 63, 64, 65, 1000, 65_536, Sealer.PAYLOAD_BYTES_MAX})
    void opensPayloadsOfEverySize(int length) throws NoCurrentKey {
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);
        byte[] envelope = party.sealer.seal(payload, Party.TELEMETRY);
        assertThat(envelope).hasSize(length + Sealer.OVERHEAD_BYTES);
        assertOpens(envelope, payload);
    }

    @Test
    void opensPayloadsOfManyRandomSizes() throws NoCurrentKey {
        long seed = 20261122;
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] payload = new byte[random.nextInt(4096)];
            random.nextBytes(payload);
            assertOpens(party.sealer.seal(payload, Party.TELEMETRY), payload);
        }
    }

    @Test
    void addsAtMostAHundredBytes() {
        assertThat(Sealer.OVERHEAD_BYTES).isEqualTo(66);
    }

    @Test
    void refusesToSealMoreThanTheLongestPayload() {
        byte[] tooLong = new byte[Sealer.PAYLOAD_BYTES_MAX + 1];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> party.sealer.seal(tooLong, Party.TELEMETRY))
                .withMessageContaining("1048576");
    }

    @Test
    void sealsTheSamePayloadIntoCiphertextsThatHaveNothingInCommon() throws NoCurrentKey {
        byte[] one = party.sealer.seal(READING, Party.TELEMETRY);
        byte[] other = party.sealer.seal(READING, Party.TELEMETRY);
        assertThat(encapsulated(one)).isEqualTo(encapsulated(other));
        assertThat(Arrays.copyOfRange(one, 50, one.length))
                .isNotEqualTo(Arrays.copyOfRange(other, 50, other.length));
        assertThat(new String(one, UTF_8)).doesNotContain("celsius");
    }

    @Test
    void opensAgainWhatWasTakenWithoutAWindow() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        assertOpens(envelope, READING);
        assertThat(party.opener.reopen(envelope, Party.TELEMETRY))
                .isInstanceOfSatisfying(
                        Opening.Opened.class,
                        opened -> assertThat(opened.payload()).isEqualTo(READING));
        envelope[60] ^= 1;
        assertThat(party.opener.reopen(envelope, Party.TELEMETRY))
                .isEqualTo(new Opening.Refused(EnvelopeFault.DOES_NOT_OPEN));
    }

    @Test
    void refusesEverySingleChangedBitAndStillOpensTheUnchanged() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        for (int bit = 0; bit < envelope.length * 8; bit++) {
            byte[] changed = envelope.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            EnvelopeFault expected =
                    switch (bit / 8) {
                        case 0 -> EnvelopeFault.UNKNOWN_VERSION;
                        case 1 -> EnvelopeFault.UNKNOWN_SUITE;
                        case 2, 3, 4, 5, 6, 7, 8, 9 -> EnvelopeFault.UNKNOWN_KEY;
                        default -> EnvelopeFault.DOES_NOT_OPEN;
                    };
            assertThat(fault(changed)).as("bit %d", bit).isEqualTo(expected);
        }
        assertOpens(envelope, READING);
    }

    @Test
    void refusesEveryTruncation() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        for (int length = 0; length < envelope.length; length++) {
            EnvelopeFault expected =
                    length < Sealer.OVERHEAD_BYTES
                            ? EnvelopeFault.CUT_SHORT
                            : EnvelopeFault.DOES_NOT_OPEN;
            assertThat(fault(Arrays.copyOf(envelope, length))).isEqualTo(expected);
        }
    }

    @Test
    void refusesAnEnvelopeThatIsTooLong() throws NoCurrentKey {
        byte[] longest = party.sealer.seal(new byte[Sealer.PAYLOAD_BYTES_MAX], Party.TELEMETRY);
        assertThat(fault(Arrays.copyOf(longest, longest.length + 1)))
                .isEqualTo(EnvelopeFault.TOO_LONG);
    }

    @Test
    void refusesWhatWasNeverSealed() {
        byte[] clear = " ".repeat(Sealer.OVERHEAD_BYTES).concat("{}").getBytes(UTF_8);
        assertThat(fault(clear)).isEqualTo(EnvelopeFault.UNKNOWN_VERSION);
    }

    @Test
    void refusesEncapsulatedKeysOfLowOrder() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        for (int first = 0; first < 2; first++) {
            byte[] lowOrder = new byte[32];
            lowOrder[0] = (byte) first;
            System.arraycopy(lowOrder, 0, envelope, 18, 32);
            assertThat(fault(envelope)).isEqualTo(EnvelopeFault.DOES_NOT_OPEN);
        }
    }

    @Test
    void refusesAnEnvelopeMovedToAnyOtherContext() throws NoCurrentKey {
        EnvelopeContext own = Party.TELEMETRY;
        UUID otherId = UUID.fromString("0199c000-0000-7000-8000-000000000003");
        TopicName otherTopic = TopicName.of(Topics.EVENTS_PREFIX + "door");
        byte[] envelope = party.sealer.seal(READING, own);
        List<EnvelopeContext> others =
                List.of(
                        new EnvelopeContext(otherId, own.device(), own.direction(), own.topic()),
                        new EnvelopeContext(
                                own.organization(),
                                new DeviceId(otherId),
                                own.direction(),
                                own.topic()),
                        new EnvelopeContext(
                                own.device().uuid(),
                                new DeviceId(own.organization()),
                                own.direction(),
                                own.topic()),
                        new EnvelopeContext(
                                own.organization(), own.device(), Direction.TO_DEVICE, own.topic()),
                        new EnvelopeContext(
                                own.organization(), own.device(), own.direction(), otherTopic));
        for (EnvelopeContext other : others) {
            assertThat(party.opener.open(envelope, other, party.window))
                    .as("%s", other)
                    .isEqualTo(new Opening.Refused(EnvelopeFault.DOES_NOT_OPEN));
        }
        assertOpens(envelope, READING);
    }

    @Test
    void refusesATopicsAliasAsAContext() {
        EnvelopeContext own = Party.TELEMETRY;
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new EnvelopeContext(
                                        own.organization(),
                                        own.device(),
                                        own.direction(),
                                        TopicName.ALIASED))
                .withMessageContaining("alias");
    }

    @Test
    void refusesAReplay() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        assertOpens(envelope, READING);
        assertThat(fault(envelope)).isEqualTo(EnvelopeFault.REPLAYED);
        assertOpens(party.sealer.seal(READING, Party.TELEMETRY), READING);
        assertThat(fault(envelope)).isEqualTo(EnvelopeFault.REPLAYED);
    }

    @Test
    void refusesWhatWasSealedBeforeTheOpenersRestartAndOpensWhatCameAfter() throws NoCurrentKey {
        byte[] before = party.sealer.seal(READING, Party.TELEMETRY);
        ReplayWindow restarted = ReplayWindow.startingAfter(Sequence.at(party.now.get()));
        assertThat(party.opener.open(before, Party.TELEMETRY, restarted))
                .isEqualTo(new Opening.Refused(EnvelopeFault.TOO_OLD));
        byte[] after = party.sealer.seal(READING, Party.TELEMETRY);
        assertThat(party.opener.open(after, Party.TELEMETRY, restarted))
                .isInstanceOf(Opening.Opened.class);
    }

    @Test
    void refusesWhatWasSealedByAClockMoreThanADayAhead() throws NoCurrentKey {
        party.now.set(Party.START.plus(Opener.CLOCK_AHEAD_MAX).plusNanos(1000));
        byte[] farAhead = party.sealer.seal(READING, Party.TELEMETRY);
        party.now.set(Party.START);
        assertThat(fault(farAhead)).isEqualTo(EnvelopeFault.AHEAD_OF_TIME);
        assertThat(party.window.highest()).isZero();
        party.now.set(Party.START.plusNanos(1000));
        assertOpens(farAhead, READING);
    }

    @Test
    void refusesASequenceOfTheUpperHalf() throws InvalidCipherTextException {
        byte[] envelope = sealedWithNumber(-1);
        assertThat(fault(envelope)).isEqualTo(EnvelopeFault.AHEAD_OF_TIME);
    }

    /** Whoever cannot seal must not be able to make the window refuse those who can. */
    @Test
    void aForgedSequenceNumberDoesNotMoveTheWindow() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        byte[] forged = envelope.clone();
        ByteBuffer.wrap(forged).putLong(10, ByteBuffer.wrap(envelope).getLong(10) + 1000);
        assertThat(fault(forged)).isEqualTo(EnvelopeFault.DOES_NOT_OPEN);
        assertThat(party.window.highest()).isZero();
        assertOpens(envelope, READING);
    }

    @Test
    void opensAnEnvelopeAgainThatWasGivenBack() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        Opening.Opened opened = (Opening.Opened) party.open(envelope);
        party.window.giveBack(opened.sequence());
        assertOpens(envelope, READING);
        assertThat(fault(envelope)).isEqualTo(EnvelopeFault.REPLAYED);
    }

    @Test
    void refusesWhatWasSealedToSomebodyElse() throws NoCurrentKey {
        byte[] foreign = new Party().sealer.seal(READING, Party.TELEMETRY);
        assertThat(fault(foreign)).isEqualTo(EnvelopeFault.UNKNOWN_KEY);
        ByteBuffer.wrap(foreign).putLong(2, party.pair.published().id().value());
        assertThat(fault(foreign)).isEqualTo(EnvelopeFault.DOES_NOT_OPEN);
    }

    @Test
    void opensWithOlderKeysAndSealsWithTheNewest() throws NoCurrentKey {
        byte[] toTheOld = party.sealer.seal(READING, Party.TELEMETRY);
        RecipientKeyPair next = Party.pairFrom(Party.START.plus(Duration.ofDays(20)));
        KeyRing rotated = party.ring.with(next);
        party.opener.use(rotated);
        Sealer sealer = new Sealer(rotated.published(), party.sequence, party.clock);

        byte[] beforeTheNextBegins = sealer.seal(READING, Party.TELEMETRY);
        assertThat(keyId(beforeTheNextBegins)).isEqualTo(party.pair.published().id());
        party.now.set(Party.START.plus(Duration.ofDays(20)));
        byte[] toTheNext = sealer.seal(READING, Party.TELEMETRY);
        assertThat(keyId(toTheNext)).isEqualTo(next.published().id());
        assertOpens(toTheOld, READING);
        assertOpens(beforeTheNextBegins, READING);
        assertOpens(toTheNext, READING);

        party.opener.use(rotated.withoutEnded(Party.MONTH.notAfter()));
        byte[] late = party.sealer.seal(READING, Party.TELEMETRY);
        assertThat(fault(late)).isEqualTo(EnvelopeFault.UNKNOWN_KEY);
        assertOpens(sealer.seal(READING, Party.TELEMETRY), READING);
    }

    @Test
    void refusesToSealBeforeTheFirstKeyBeginsAndOnceTheLastHasEnded() throws NoCurrentKey {
        party.now.set(Party.START.minusNanos(1));
        assertThatExceptionOfType(NoCurrentKey.class)
                .isThrownBy(() -> party.sealer.seal(READING, Party.TELEMETRY));
        party.now.set(Party.START);
        assertOpens(party.sealer.seal(READING, Party.TELEMETRY), READING);
        party.now.set(Party.MONTH.notAfter());
        assertThatExceptionOfType(NoCurrentKey.class)
                .isThrownBy(() -> party.sealer.seal(READING, Party.TELEMETRY))
                .withMessageContaining("fetch");
    }

    @Test
    void opensNothingWithADestroyedKey() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        party.pair.destroy();
        assertThat(fault(envelope)).isEqualTo(EnvelopeFault.UNKNOWN_KEY);
    }

    @Test
    void neverPrintsAPayload() throws NoCurrentKey {
        byte[] envelope = party.sealer.seal(READING, Party.TELEMETRY);
        assertThat(party.open(envelope).toString()).contains("16 bytes").doesNotContain("celsius");
    }

    private byte[] sealedWithNumber(long number) throws InvalidCipherTextException {
        byte[] header =
                new EnvelopeHeader(
                                Suite.X25519_CHACHA20_POLY1305.number(),
                                party.pair.published().id(),
                                number)
                        .encoded();
        var sender =
                Suite.X25519_CHACHA20_POLY1305
                        .hpke()
                        .setupBaseS(party.pair.published().parameter(), Party.TELEMETRY.bound());
        byte[] ciphertext = new ExportedKeys(sender).seal(number, header, READING);
        return ByteBuffer.allocate(READING.length + Sealer.OVERHEAD_BYTES)
                .put(header)
                .put(sender.getEncapsulation())
                .put(ciphertext)
                .array();
    }

    private void assertOpens(byte[] envelope, byte[] payload) {
        assertThat(party.open(envelope))
                .isInstanceOfSatisfying(
                        Opening.Opened.class,
                        opened -> assertThat(opened.payload()).isEqualTo(payload));
    }

    private EnvelopeFault fault(byte[] envelope) {
        return switch (party.open(envelope)) {
            case Opening.Refused refused -> refused.fault();
            case Opening.Opened opened -> throw new AssertionError("it opened: " + opened);
        };
    }

    private static byte[] encapsulated(byte[] envelope) {
        return Arrays.copyOfRange(envelope, 18, 50);
    }

    private static KeyId keyId(byte[] envelope) {
        return EnvelopeHeader.decoded(envelope).key();
    }
}
