/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.offer.UpdateStatus.Step;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.update.PlayedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.LoggerFactory;

/** A device that is offered a release by a server whose deliveries the test states. */
final class HostileBench implements AutoCloseable {

    static final UUID ROLLOUT = UUID.fromString("01937c6e-0000-7000-8000-00000000004a");
    static final UUID NEXT = UUID.fromString("01937c6e-0000-7000-8000-00000000004b");
    static final byte[] NEW = UpdatedDevice.archive("1.1", 2);
    static final String UPDATES = "breakwater-updates";

    final PlayedServer server;
    final UpdatedDevice device;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    HostileBench(Path directory) throws Exception {
        log.start();
        logger().addAppender(log);
        server =
                new PlayedServer(
                        TestPki.create(TestClock.atPresent()),
                        TestClock.atPresent(),
                        DeviceId.fresh());
        device = new UpdatedDevice(directory, server);
        server.publish("1.1", 2, NEW);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(Installation.class);
    }

    void beginWithOffer() throws Exception {
        device.start();
        server.accept();
        assertThat(server.hears()).isInstanceOf(UpdateStatus.Running.class);
        offer(ROLLOUT);
    }

    void offer(UUID rollout) throws Exception {
        server.send(
                PlayedServer.offer(
                        rollout, "1.1", UpdateConsent.AUTOMATIC, server.statement("1.1", NEW)));
    }

    /** It waits, has said why, and has installed nothing. */
    Duration restsBecause(String why) throws Exception {
        Duration wait = device.time.awaitRestOf(UPDATES);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .as("reasons")
                .anyMatch(line -> line.contains(why));
        assertThat(device.restarts).isEmpty();
        assertThat(device.bootsNext()).isEqualTo("version=1.0");
        return wait;
    }

    /** What it said before is not looked at again. */
    void forgetReasons() {
        log.list.clear();
    }

    void goesOnWithTheGenuineOne(Duration wait) throws Exception {
        server.delivery.set(PlayedServer::whole);
        device.time.advance(wait);
        installs();
    }

    void installs() throws Exception {
        for (Step step : List.of(Step.VERIFYING, Step.WRITING, Step.RESTARTING)) {
            UpdateStatus.Progress told = (UpdateStatus.Progress) server.hears();
            assertThat(told.step()).as("%s", told.reason()).isEqualTo(step);
        }
        assertThat(device.awaitRestart()).isEqualTo(Restart.Cause.SWITCHED);
        assertThat(device.bootsNext()).isEqualTo("version=1.1");
    }

    @Override
    public void close() throws IOException {
        device.close();
        server.close();
        logger().detachAppender(log);
    }
}
