/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.RecipientKeyPair;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.envelope.EnvelopeKeyStore.Kept;
import dev.breakwater.server.envelope.EnvelopeKeys.Change;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.testkit.TestClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EnvelopeKeysTest {

    private static final Actor OWNER = new Actor.Person("m-1");
    private static final byte[] READING = "{\"pulse\":61}".getBytes(StandardCharsets.UTF_8);

    private final TestClock clock = TestClock.at(Instant.parse("2027-01-10T08:00:00Z"));
    private final MemoryEnvelopes store = new MemoryEnvelopes();
    private final SealingKey sealingKey = SealingKey.random();
    private final OrganizationId organization = OrganizationId.fresh();
    private final EnvelopeContext context =
            new EnvelopeContext(
                    organization.uuid(),
                    DeviceId.fresh(),
                    Direction.FROM_DEVICE,
                    TopicName.of("me/telemetry"));
    private EnvelopeKeys keys = open();

    private EnvelopeKeys open() {
        return new EnvelopeKeys(
                store,
                sealingKey,
                Limits.with(Map.of(Limit.ENVELOPE_KEYS_PER_ORGANIZATION, 3)),
                clock);
    }

    @AfterEach
    void close() {
        keys.close();
    }

    @Test
    void makesTheServersKeyForWhoeverNeedsItFirstAndKeepsIt() {
        assertThat(keys.of(organization)).isEmpty();
        EnvelopeKey first = made(keys.currentOrMade(organization));
        assertThat(made(keys.currentOrMade(organization))).isEqualTo(first);
        assertThat(keys.current(organization, KeyHolder.SERVER)).contains(first);
        assertThat(store.events)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.action()).isEqualTo("envelope-key.created");
                            assertThat(event.actor()).isEqualTo(new Actor.Server());
                        });
    }

    /** Invariant I7. */
    @Test
    void keepsThePrivateHalfSealedForThisVeryKey() throws Exception {
        EnvelopeKey key = made(keys.currentOrMade(organization));
        byte[] sealed = store.kept.getFirst().sealedPrivateKey().orElseThrow();
        byte[] own = ("envelope key " + key.id()).getBytes(StandardCharsets.UTF_8);
        byte[] opened = sealingKey.open(sealed, own);
        assertThat(
                        RecipientKeyPair.of(
                                        Suite.X25519_CHACHA20_POLY1305,
                                        opened,
                                        key.key().validity())
                                .published())
                .isEqualTo(key.key());
        byte[] other = ("envelope key " + EnvelopeKeyId.fresh()).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(SealBroken.class)
                .isThrownBy(() -> sealingKey.open(sealed, other));
    }

    @Test
    void opensAfterARestartWhatWasSealedBefore() throws Exception {
        byte[] envelope = sealedTo(made(keys.currentOrMade(organization)));
        keys.close();
        keys = open();
        assertThat(reopened(envelope)).isInstanceOf(Opening.Opened.class);
    }

    @Test
    void opensWithAReplacedKeyForItsTimeAndThenWithNoneOfIt() throws Exception {
        EnvelopeKey first = made(keys.currentOrMade(organization));
        byte[] toTheFirst = sealedTo(first);
        EnvelopeKey second = made(keys.rotate(organization, Duration.ofDays(2), OWNER));
        assertThat(keys.current(organization, KeyHolder.SERVER)).contains(second);
        assertThat(second.key().validity().notBefore()).isAfter(first.key().validity().notBefore());
        clock.advance(Duration.ofDays(2).minusSeconds(1));
        assertThat(keys.destroyEnded()).isZero();
        assertThat(keys.named(organization, first.key().id())).isPresent();
        assertThat(reopened(toTheFirst)).isInstanceOf(Opening.Opened.class);

        clock.advance(Duration.ofSeconds(1));
        // At the instant itself, whenever the row goes.
        assertThat(keys.named(organization, first.key().id())).isEmpty();
        assertThat(keys.of(organization)).containsExactly(second);
        assertThat(keys.destroyEnded()).isEqualTo(1);
        assertThat(store.kept).extracting(Kept::key).containsExactly(second);
        assertThat(store.events.getLast().action()).isEqualTo("envelope-key.destroyed");
        assertThat(reopened(toTheFirst)).isEqualTo(new Opening.Refused(EnvelopeFault.UNKNOWN_KEY));
    }

    @Test
    void hasOfTheOrganizationsOwnKeyNothingThatOpens() throws Exception {
        RecipientKeyPair theirs = pair();
        EnvelopeKey own = made(keys.enter(organization, theirs.published().encoded(), OWNER));
        assertThat(own.holder()).isEqualTo(KeyHolder.ORGANIZATION);
        assertThat(store.kept.getFirst().sealedPrivateKey()).isEmpty();
        assertThat(keys.opener(organization)).isEmpty();
        assertThat(store.events.getLast().action()).isEqualTo("envelope-key.entered");
        assertThat(keys.enter(organization, theirs.published().encoded(), OWNER))
                .isEqualTo(new Change.Known());
    }

    @Test
    void sealsToTheNewestOfTheOrganizationsOwnKeysAndNeverToTheServersInstead() {
        assertThat(made(keys.currentOrMade(organization)).holder()).isEqualTo(KeyHolder.SERVER);
        assertThat(keys.current(organization, KeyHolder.ORGANIZATION)).isEmpty();
        EnvelopeKey one = made(keys.enter(organization, pair().published().encoded(), OWNER));
        EnvelopeKey other = made(keys.enter(organization, pair().published().encoded(), OWNER));
        clock.advance(Duration.ofSeconds(1));
        assertThat(keys.current(organization, KeyHolder.ORGANIZATION)).contains(other);
        assertThat(keys.retire(organization, other.id(), OWNER)).isEqualTo(Retirement.RETIRED);
        assertThat(keys.current(organization, KeyHolder.ORGANIZATION)).contains(one);
        assertThat(store.events.getLast().action()).isEqualTo("envelope-key.retired");
    }

    @Test
    void refusesToRetireTheServersCurrentKeyAndAnotherOrganizations() {
        EnvelopeKey first = made(keys.currentOrMade(organization));
        assertThat(keys.retire(organization, first.id(), OWNER)).isEqualTo(Retirement.IS_CURRENT);
        assertThat(keys.retire(OrganizationId.fresh(), first.id(), OWNER))
                .isEqualTo(Retirement.NO_SUCH_KEY);
        var _ = made(keys.rotate(organization, Duration.ofDays(1), OWNER));
        assertThat(keys.retire(organization, first.id(), OWNER)).isEqualTo(Retirement.RETIRED);
        assertThat(keys.retire(organization, first.id(), OWNER)).isEqualTo(Retirement.NO_SUCH_KEY);
    }

    @Test
    void bindsHowManyKeysAnOrganizationHas() {
        for (int i = 0; i < 3; i++) {
            var _ = made(keys.rotate(organization, Duration.ofDays(1), OWNER));
        }
        assertThat(keys.rotate(organization, Duration.ofDays(1), OWNER))
                .isEqualTo(new Change.TooMany(3));
        assertThat(keys.rotate(OrganizationId.fresh(), Duration.ofDays(1), OWNER))
                .isInstanceOf(Change.Made.class);
    }

    @Test
    void refusesWhatIsNoPublicKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.enter(organization, new byte[31], OWNER))
                .withMessageContaining("32 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> keys.enter(organization, new byte[32], OWNER))
                .withMessageContaining("low order");
        assertThat(store.kept).isEmpty();
    }

    private RecipientKeyPair pair() {
        return RecipientKeyPair.fresh(
                Suite.X25519_CHACHA20_POLY1305,
                new Validity(clock.instant(), clock.instant().plusSeconds(60)));
    }

    private byte[] sealedTo(EnvelopeKey key) throws Exception {
        return new Sealer(List.of(key.key()), new ClockSequence(clock), clock)
                .seal(READING, context);
    }

    private Opening reopened(byte[] envelope) {
        return keys.opener(organization).orElseThrow().reopen(envelope, context);
    }

    private static EnvelopeKey made(Change change) {
        return Optional.of(change)
                .filter(Change.Made.class::isInstance)
                .map(Change.Made.class::cast)
                .orElseThrow(() -> new AssertionError(change))
                .key();
    }
}
