/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.organization.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A live session whose device does nothing by itself: the test takes what arrived and answers. */
public final class RecordingSession implements DeviceSession {

    private final DeviceId device;
    private final OrganizationId organization;
    private final BlockingQueue<Message> arrived = new LinkedBlockingQueue<>();
    private final List<FarewellReason> farewells = new CopyOnWriteArrayList<>();
    private final Runnable onClose;
    private volatile boolean subscribed;

    /** A session without a subscription, of an organization of its own. */
    public RecordingSession(DeviceId device) {
        this(device, OrganizationId.fresh());
    }

    /** A session without a subscription. */
    public RecordingSession(DeviceId device, OrganizationId organization) {
        this(device, organization, () -> {});
    }

    /**
     * A session without a subscription.
     *
     * @param onClose what happens at the very moment it is closed
     */
    public RecordingSession(DeviceId device, OrganizationId organization, Runnable onClose) {
        this.device = device;
        this.organization = organization;
        this.onClose = onClose;
    }

    /** What was sent, and how to acknowledge it. */
    public record Message(String topic, String payload, DeliveryOutcome outcome) {}

    /** The device subscribes to everything. */
    public void subscribe() {
        subscribed = true;
    }

    /** The next message; fails the test when none comes. */
    public Message next() throws InterruptedException {
        Message message = arrived.poll(20, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message arrived");
        }
        return message;
    }

    /** What has arrived and was not taken yet. */
    public List<Message> untaken() {
        return new ArrayList<>(arrived);
    }

    @Override
    public DeviceId deviceId() {
        return device;
    }

    @Override
    public OrganizationId organization() {
        return organization;
    }

    @Override
    public TlsFacts tls() {
        return new TlsFacts(
                "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", /* resumed= */ false);
    }

    /** Why it was closed, each time. */
    public List<FarewellReason> farewells() {
        return List.copyOf(farewells);
    }

    @Override
    public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
        if (subscribed) {
            String text = new String(message.payload(), java.nio.charset.StandardCharsets.UTF_8);
            arrived.add(new Message(message.topic(), text, outcome));
        } else {
            outcome.undelivered();
        }
    }

    @Override
    public void close(FarewellReason reason) {
        subscribed = false;
        farewells.add(reason);
        onClose.run();
    }
}
