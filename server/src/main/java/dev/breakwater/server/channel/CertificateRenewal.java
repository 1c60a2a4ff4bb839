/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.enrollment.EnrollmentOutcome;
import dev.breakwater.server.enrollment.Renewals;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.LiveSessions;
import dev.breakwater.server.session.OutboundMessage;
import java.security.cert.CertificateEncodingException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renewal over the channel: a request on {@code me/certificate/renew}, the answer on {@code
 * me/certificate/issued}: the certificate in DER, or an RFC 9457 problem in JSON, which the first
 * byte tells apart.
 *
 * <p>The request is acknowledged when its answer is durable, so that a device which got no PUBACK
 * asks again, and is given the same certificate.
 */
public final class CertificateRenewal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Renewals renewals;
    private final LiveSessions sessions;
    private final BlockingWork work;

    /** Devices with a request in work: one of each, so that no device can take all places. */
    private final Set<DeviceId> inWork = ConcurrentHashMap.newKeySet();

    /** Wires the topic. */
    public CertificateRenewal(Renewals renewals, LiveSessions sessions, Limits limits) {
        this.renewals = renewals;
        this.sessions = sessions;
        this.work = new BlockingWork(limits.of(Limit.CHANNEL_RENEWALS_IN_WORK));
    }

    /** Takes one request. Never blocks. */
    void request(AuthenticatedDevice device, byte[] pkcs10, Completion<Object> completion) {
        if (!inWork.add(device.id())) {
            completion.failed(
                    new MessageRefused(
                            RefusalReason.QUOTA_EXCEEDED,
                            "another renewal of the device is in work; wait for its answer"));
            return;
        }
        Completion<Object> ending = new Ending(device.id(), completion);
        if (!work.tryRun(() -> renew(device, pkcs10, ending))) {
            ending.failed(
                    new MessageRefused(
                            RefusalReason.SERVER_BUSY,
                            Limit.CHANNEL_RENEWALS_IN_WORK.key() + " is reached"));
        }
    }

    private void renew(AuthenticatedDevice device, byte[] pkcs10, Completion<Object> completion) {
        try {
            switch (renewals.renew(device, pkcs10, "channel")) {
                case EnrollmentOutcome.Issued issued -> {
                    answer(device, issued.certificate().getEncoded());
                    completion.durable(issued);
                }
                case EnrollmentOutcome.Refused(RefusalReason reason) -> {
                    if (reason == RefusalReason.STORAGE_UNAVAILABLE) {
                        throw new StorageUnavailable("the certificate could not be recorded");
                    }
                    // It is on record already; the device reads why and may go on.
                    answer(device, problem(reason));
                    completion.durable(reason);
                }
                case EnrollmentOutcome.Pending pending ->
                        throw new IllegalStateException("a renewal waits for nobody: " + pending);
            }
        } catch (CertificateEncodingException impossible) {
            completion.failed(new IllegalStateException("our own certificate", impossible));
        } catch (RuntimeException failure) {
            completion.failed(failure);
        }
    }

    /** Gives the device's place back before the device can hear of the end and ask again. */
    private final class Ending implements Completion<Object> {

        private final DeviceId device;
        private final Completion<Object> completion;

        Ending(DeviceId device, Completion<Object> completion) {
            this.device = device;
            this.completion = completion;
        }

        @Override
        public void durable(Object value) {
            inWork.remove(device);
            completion.durable(value);
        }

        @Override
        public void failed(RuntimeException cause) {
            inWork.remove(device);
            completion.failed(cause);
        }
    }

    private static byte[] problem(RefusalReason reason) {
        return JSON.writeValueAsBytes(Map.of("type", "about:blank", "title", reason.clientText()));
    }

    private void answer(AuthenticatedDevice device, byte[] payload) {
        sessions.of(device.id())
                .ifPresent(
                        session ->
                                session.deliver(
                                        new OutboundMessage(Topics.CERTIFICATE_ISSUED, payload),
                                        new Noted(device)));
    }

    /** Finishes what is in work. */
    @Override
    public void close() {
        work.close();
    }

    /** Nothing hangs on the delivery: a device that asks again is given the same certificate. */
    private record Noted(AuthenticatedDevice device) implements DeliveryOutcome {

        @Override
        public void delivered() {
            LOG.debug("{} has the answer to its renewal", device);
        }

        @Override
        public void undelivered() {
            LOG.debug("{} did not get the answer to its renewal; it will ask again", device);
        }
    }
}
