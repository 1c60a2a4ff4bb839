/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.UpdateLine;
import dev.breakwater.device.UpdateReceiver;
import dev.breakwater.device.update.ServerReached;
import dev.breakwater.device.update.Standing;
import dev.breakwater.device.update.TrialEnd;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device's updates, from the server's offer to the report of how they ended.
 *
 * <pre>{@code
 * DeviceUpdates updates = DeviceUpdates.join(agent, plan);
 * agent.start();
 * updates.start();
 * }</pre>
 *
 * <p>At each start a version on trial has to prove itself first. Then the server is told what runs,
 * and how updates ended that it has not acknowledged yet; then offers are heeded, one at a time. An
 * offer is judged by the repository's metadata, brought up to date by the time that the server
 * proves, and only what the release keys and the director vouch for is fetched, installed and
 * restarted into. While the server is away or busy, attempts go on with growing waits, for as long
 * as the offer stands.
 *
 * <p><b>Consent.</b> An offer that needs the owner's word is verified and told to the {@link
 * UpdateListener}; the owner answers at the server, which then offers it as given, or at the device
 * with {@link #approve}.
 *
 * <p><b>Threads.</b> Every method may be called by any thread and none of them waits for the
 * network.
 */
public final class DeviceUpdates implements UpdateReceiver, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceUpdates.class);

    private final DeviceAgent agent;
    private final UpdatePlan plan;
    private final Ledger ledger;
    private final OfferDesk desk;
    private final @Nullable ChannelFiles channel;
    private final Installation installation;
    private final RunningReport report;
    private final UpdateTold told;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Thread worker =
            Thread.ofVirtual().name("breakwater-updates").unstarted(this::run);

    private DeviceUpdates(DeviceAgent agent, UpdatePlan plan) throws IOException {
        this.agent = agent;
        this.plan = plan;
        this.ledger = new Ledger(plan.storage());
        this.desk = new OfferDesk(plan.environment().pause());
        UpdateLine line = agent.onUpdates(this);
        this.channel = plan.route() == UpdatePlan.Route.CHANNEL ? new ChannelFiles(line) : null;
        UpdateFiles files = channel != null ? channel : new HttpsFiles(line, plan.environment());
        this.told = new UpdateTold(line, plan.listener());
        this.report = new RunningReport(plan, ledger, told);
        this.installation =
                new Installation(
                        plan, ledger, desk, files, new OfferCheck(plan, line, files, ledger), told);
    }

    /**
     * Joins an agent that is not started yet.
     *
     * @throws IOException if the storage cannot be read
     * @throws IllegalStateException if the agent was started or has updates already
     */
    public static DeviceUpdates join(DeviceAgent agent, UpdatePlan plan) throws IOException {
        return new DeviceUpdates(agent, plan);
    }

    /**
     * Begins; after {@link DeviceAgent#start}, since a version on trial has to reach the server.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("updates are started once");
        }
        worker.start();
    }

    @Override
    public void offered(byte[] payload) {
        try {
            switch (UpdateOffer.parse(payload)) {
                case UpdateOffer.Standing offer -> desk.put(offer);
                case UpdateOffer.Withdrawn withdrawn -> desk.withdraw(withdrawn.rollout());
            }
        } catch (MalformedMessage malformed) {
            LOG.warn("Ignored a malformed offer of an update: {}", malformed.getMessage());
        }
    }

    @Override
    public void arrived(byte[] payload) {
        if (channel != null) {
            channel.arrived(payload);
        }
    }

    @Override
    public boolean fetchesByChannel() {
        return channel != null;
    }

    /**
     * The owner approves at the device.
     *
     * @return false if this rollout offers nothing any more
     */
    public boolean approve(UUID rollout) {
        return desk.approve(rollout);
    }

    /**
     * The owner puts it off at the device, which tells the server so. The product asks again then;
     * the owner may still approve at the server.
     *
     * @return false if this rollout offers nothing any more
     */
    public boolean postpone(UUID rollout, Instant until) {
        if (!desk.stands(rollout)) {
            return false;
        }
        told.say(
                UpdateStatus.Progress.because(
                        rollout, UpdateStatus.Step.ASKING, "put off at the device until " + until));
        return true;
    }

    private void run() {
        try {
            if (!stoodTrial()) {
                plan.restart().restart(Restart.Cause.GIVEN_UP);
                return;
            }
            report.settle();
            report.begin();
            installation.tellEnds();
            while (true) {
                installation.consider(desk.take(), report);
            }
        } catch (InterruptedException closed) {
            LOG.debug("Updates were closed");
        } catch (IOException medium) {
            LOG.error("Updates cannot go on until the next start", medium);
        } catch (RuntimeException fault) {
            LOG.error("Updates have failed and go on at the next start", fault);
        }
    }

    /** False if what runs is on trial and did not prove itself. */
    private boolean stoodTrial() throws IOException, InterruptedException {
        if (!(plan.updater().standing() instanceof Standing.OnTrial)) {
            return true;
        }
        TrialEnd end =
                plan.updater()
                        .watchTrial(
                                plan.probe()
                                        .and(
                                                new ServerReached(
                                                        agent, plan.product().version().text())));
        if (end instanceof TrialEnd.GivenUp(String why)) {
            LOG.warn("This version is given up: {}", why);
            return false;
        }
        return true;
    }

    /** Stops; what was fetched until then is kept, and the next start goes on with it. */
    @Override
    public void close() {
        desk.close();
        report.close();
        worker.interrupt();
    }
}
