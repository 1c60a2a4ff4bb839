/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.envelope;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.session.LiveSessions;
import java.time.Clock;

/**
 * All about sealed payloads.
 *
 * @param keys whose keys there are
 * @param policies what products ask for
 * @param gate what is asked about messages
 * @param reader what opens them for people
 * @param commands what seals commands to devices
 */
public record Envelopes(
        EnvelopeKeys keys,
        SealingPolicies policies,
        EnvelopeGate gate,
        EnvelopeReader reader,
        SealedCommands commands)
        implements AutoCloseable {

    /** Wires it, and puts all that is stored in force. Blocks. */
    public static Envelopes over(
            EnvelopeKeyStore keyStore,
            SealingStore store,
            DeviceKeyStore deviceKeys,
            SealingKey sealingKey,
            LiveSessions sessions,
            Limits limits,
            Clock clock) {
        EnvelopeKeys keys = new EnvelopeKeys(keyStore, sealingKey, limits, clock);
        SealingPolicies policies = new SealingPolicies(store);
        EnvelopeGate gate =
                new EnvelopeGate(
                        keys,
                        policies,
                        new SealedWindows(store, limits),
                        new EnvelopeNotices(keys, policies, sessions, limits, clock));
        return new Envelopes(
                keys,
                policies,
                gate,
                new EnvelopeReader(keys),
                new SealedCommands(deviceKeys, clock));
    }

    @Override
    public void close() {
        keys.close();
    }
}
