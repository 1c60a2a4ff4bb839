/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.EnvelopeKeyNotice;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells devices which key to seal to: whoever subscribes to its notices, and, once a minute at
 * most, whoever seals to a key that another one has replaced, or to none though it should.
 */
final class EnvelopeNotices {

    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeNotices.class);
    private static final Duration AGAIN = Duration.ofMinutes(1);

    /** Who does not hear it is told again when it subscribes, or seals to the wrong key. */
    private static final DeliveryOutcome UNHEARD =
            new DeliveryOutcome() {
                @Override
                public void delivered() {
                    LOG.trace("a device knows its key");
                }

                @Override
                public void undelivered() {
                    LOG.trace("a device was not told its key");
                }
            };

    private final EnvelopeKeys keys;
    private final SealingPolicies policies;
    private final LiveSessions sessions;
    private final int devicesMax;
    private final Clock clock;

    /** When each was told again, the longest ago first; guarded by itself. */
    private final LinkedHashMap<DeviceId, Instant> toldAgain = new LinkedHashMap<>();

    EnvelopeNotices(
            EnvelopeKeys keys,
            SealingPolicies policies,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        this.keys = keys;
        this.policies = policies;
        this.sessions = sessions;
        this.devicesMax = limits.of(Limit.ENVELOPE_WINDOWS);
        this.clock = clock;
    }

    /** Never blocks. */
    void tellAgain(AuthenticatedDevice device) {
        Instant now = clock.instant();
        synchronized (toldAgain) {
            Instant last = toldAgain.get(device.id());
            if (last != null && now.isBefore(last.plus(AGAIN))) {
                return;
            }
            var _ = toldAgain.putLast(device.id(), now);
            if (toldAgain.size() > devicesMax) {
                var _ = toldAgain.pollFirstEntry();
            }
        }
        Thread.ofVirtual()
                .name("envelope-notice")
                .start(
                        () -> {
                            try {
                                tell(device);
                            } catch (StorageUnavailable later) {
                                LOG.debug("{} cannot be told its key now", device, later);
                            }
                        });
    }

    /**
     * Makes the server's key where the device is the first to need it. Where nothing is to be
     * sealed or there is no key, there is nothing to tell. Blocks.
     */
    void tell(AuthenticatedDevice device) {
        SealingPolicy policy = policies.inForce(device.product()).raisedBy(device.risk());
        if (policy.sealing() == Sealing.OFF) {
            return;
        }
        Optional<EnvelopeKey> key =
                switch (policy.recipient()) {
                    case SERVER ->
                            keys.currentOrMade(device.organization())
                                            instanceof EnvelopeKeys.Change.Made(EnvelopeKey made)
                                    ? Optional.of(made)
                                    : Optional.empty();
                    case ORGANIZATION -> keys.current(device.organization(), policy.recipient());
                };
        Optional<DeviceSession> session = sessions.of(device.id());
        if (key.isPresent() && session.isPresent()) {
            EnvelopeKeyNotice notice =
                    new EnvelopeKeyNotice(
                            policy.recipient() == KeyHolder.SERVER,
                            policy.sealing() == Sealing.REQUIRED,
                            device.organization().uuid(),
                            key.get().key(),
                            clock.instant());
            session.get().deliver(new OutboundMessage(Topics.NOTICES, notice.toJson()), UNHEARD);
        }
    }
}
