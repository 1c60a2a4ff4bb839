/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * What an updater needs of its agent: to tell the server how an update goes, to fetch files, and to
 * know what time it is. Safe for use by many threads; only {@link DeviceAgent#onUpdates} makes one.
 */
public final class UpdateLine {

    private final Provisioning provisioning;
    private final Enrollment enrollment;
    private final Outbox outbox;
    private final FlooredClock clock;

    UpdateLine(
            Provisioning provisioning, Enrollment enrollment, Outbox outbox, FlooredClock clock) {
        this.provisioning = provisioning;
        this.enrollment = enrollment;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Where the server's port for devices is, and how to speak to it.
     *
     * @param host a DNS name or address, which the server's certificate must carry
     * @param port 1 to 65535
     * @param tls mutual, with the certificate in use at this moment, whose key stays where it lives
     */
    public record Place(String host, int port, SSLContext tls) {}

    /**
     * The server's port for devices, by mutual TLS. To be asked for anew for each connection, since
     * certificates are renewed.
     *
     * @throws IOException if the device has no certificate or cannot use its key now
     */
    public Place place() throws IOException, InterruptedException {
        Credential credential = credential();
        try {
            return new Place(
                    provisioning.host(),
                    provisioning.enrollmentPort(),
                    PinnedTls.mutual(enrollment.trust(), credential, clock.instant()));
        } catch (RefusedByServer refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    /**
     * This device, as its certificate names it.
     *
     * @throws IOException if it has no certificate
     */
    public DeviceId deviceId() throws IOException {
        return credential().deviceId();
    }

    private Credential credential() throws IOException {
        Optional<Credential> credential = enrollment.credential();
        return credential.orElseThrow(() -> new IOException("this device has no certificate yet"));
    }

    /**
     * The time as the server has just proved it, or a later one that it proved before. The
     * machine's own clock, which anybody may have set, has no part in it.
     *
     * @throws IOException if the server could not be asked
     */
    public Instant provenTime() throws IOException, InterruptedException {
        try {
            enrollment.learnTime();
        } catch (RefusedByServer refused) {
            throw new IOException(refused.getMessage(), refused);
        }
        return clock.floor();
    }

    /**
     * Tells the server, which may be away: what is told waits for it in memory, as everything that
     * the agent publishes.
     *
     * @return true once the server has it on disk; false if it will never take it, or if it was
     *     dropped for want of room
     */
    public CompletableFuture<Boolean> tell(UpdateStatus status) {
        return offer(Topics.UPDATE_STATUS, status.toJson());
    }

    /** Asks for a piece of a file over the channel; the answer goes to the receiver. */
    public void ask(FileRequest request) {
        var _ = offer(Topics.UPDATE_FETCH, request.toJson());
    }

    private CompletableFuture<Boolean> offer(String topic, byte[] payload) {
        Outbox.Message message = new Outbox.Message(Outbox.Kind.IMPORTANT, topic, payload);
        outbox.offer(message);
        return message.taken().copy();
    }
}
