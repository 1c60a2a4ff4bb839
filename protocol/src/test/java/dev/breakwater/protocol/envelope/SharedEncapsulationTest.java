/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Envelopes that have one encapsulated key in common. */
final class SharedEncapsulationTest {

    private static final byte[] READING = "{\"celsius\":24.5}".getBytes(UTF_8);

    private final Party party = new Party();

    /** An encapsulated key serves its time, its count, its key and its context, and no more. */
    @Test
    void encapsulatesAnewWhenALifeIsOver() throws NoCurrentKey {
        byte[] first = encapsulated(party.sealer.seal(READING, Party.TELEMETRY));
        party.now.set(Party.START.plus(Sealer.ENCAPSULATION_LIFE).minusNanos(1_000));
        assertThat(encapsulated(party.sealer.seal(READING, Party.TELEMETRY))).isEqualTo(first);
        party.now.set(Party.START.plus(Sealer.ENCAPSULATION_LIFE));
        byte[] second = encapsulated(party.sealer.seal(READING, Party.TELEMETRY));
        assertThat(second).isNotEqualTo(first);
        for (int served = 1; served < Sealer.ENVELOPES_MAX; served++) {
            assertThat(encapsulated(party.sealer.seal(READING, Party.TELEMETRY))).isEqualTo(second);
        }
        byte[] third = party.sealer.seal(READING, Party.TELEMETRY);
        assertThat(encapsulated(third)).isNotEqualTo(second);
        assertOpens(third, READING);
    }

    @Test
    void encapsulatesAnewForEachContextAndAfterTheClockWentBack() throws NoCurrentKey {
        EnvelopeContext own = Party.TELEMETRY;
        EnvelopeContext back =
                new EnvelopeContext(
                        own.organization(), own.device(), Direction.TO_DEVICE, own.topic());
        party.now.set(Party.START.plusSeconds(60));
        byte[] first = encapsulated(party.sealer.seal(READING, own));
        assertThat(encapsulated(party.sealer.seal(READING, back))).isNotEqualTo(first);
        assertThat(encapsulated(party.sealer.seal(READING, own))).isEqualTo(first);
        party.now.set(Party.START.plusSeconds(59));
        assertThat(encapsulated(party.sealer.seal(READING, own))).isNotEqualTo(first);
    }

    @Test
    void opensWhatComesLateOrWithoutThoseBeforeIt() throws NoCurrentKey {
        byte[] first = party.sealer.seal(READING, Party.TELEMETRY);
        byte[] lost = party.sealer.seal(READING, Party.TELEMETRY);
        byte[] third = party.sealer.seal(READING, Party.TELEMETRY);
        assertOpens(third, READING);
        assertOpens(first, READING);
        assertThat(fault(first)).isEqualTo(EnvelopeFault.REPLAYED);
        assertThat(lost).isNotEqualTo(third);
    }

    /** What is remembered is a way to open, and goes with the key. */
    @Test
    void forgetsEncapsulatedKeysWithTheirKey() throws NoCurrentKey {
        byte[] remembered = party.sealer.seal(READING, Party.TELEMETRY);
        assertOpens(remembered, READING);
        byte[] next = party.sealer.seal(READING, Party.TELEMETRY);
        RecipientKeyPair other = Party.pairFrom(Party.START);
        party.opener.use(KeyRing.of(List.of(other)));
        assertThat(fault(next)).isEqualTo(EnvelopeFault.UNKNOWN_KEY);
        party.opener.use(KeyRing.of(List.of(other, party.pair)));
        party.pair.destroy();
        assertThat(fault(next)).isEqualTo(EnvelopeFault.UNKNOWN_KEY);
    }

    private void assertOpens(byte[] envelope, byte[] payload) {
        assertThat(party.open(envelope))
                .isInstanceOfSatisfying(
                        Opening.Opened.class,
                        opened -> assertThat(opened.payload()).isEqualTo(payload));
    }

    private EnvelopeFault fault(byte[] envelope) {
        return ((Opening.Refused) party.open(envelope)).fault();
    }

    private static byte[] encapsulated(byte[] envelope) {
        return Arrays.copyOfRange(envelope, 18, 50);
    }
}
