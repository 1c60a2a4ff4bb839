/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.client.Fingerprint;
import dev.breakwater.server.event.DeviceEvent;
import dev.breakwater.server.identity.AuthenticatedDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code breakwater event tail} against the real API. */
@Tag("system")
@Timeout(120)
class EventTailTest {

    @TempDir private Path data;
    @TempDir private Path configuration;
    private RunningApi api;
    private AuthenticatedDevice device;

    @BeforeEach
    void setUpAServerAndItsAdministrator() throws Exception {
        api = new RunningApi(data);
        String root = Fingerprint.of(api.pki().root()).toString();
        CommandRun setup = run("setup", api.address(), "--code", api.setupCode(), "--root", root);
        assertThat(setup.exitCode()).as(setup.err()).isZero();
        assertThat(run("product", "create", "tank").exitCode()).isZero();
        CommandRun code =
                run("enrollment", "create", "-o", "json", "--product", "tank", "--serial", "A-1");
        device =
                api.enrolled(
                        "A-1", JsonMapper.shared().readTree(code.out()).path("secret").asString());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CommandRun run(String... words) {
        return CommandRun.of(configuration, words);
    }

    /** Publishes until somebody has heard enough of it. */
    private CommandRun tail(String... words) throws Exception {
        CompletableFuture<CommandRun> tail = CompletableFuture.supplyAsync(() -> run(words));
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        for (long version = 1; !tail.isDone() && System.nanoTime() - deadline < 0; version++) {
            api.events.publish(
                    device.organization(), new DeviceEvent.StateChanged(device.id(), version, 0));
            api.events.publish(device.organization(), new DeviceEvent.Connected(device.id()));
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
        return tail.get(10, TimeUnit.SECONDS);
    }

    @Test
    void showsWhatHappensOneLineEach() throws Exception {
        CommandRun run =
                tail("event", "tail", "--device", "A-1", "--kinds", "device", "--count", "3");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines())
                .hasSize(3)
                .allMatch(
                        line ->
                                line.equals(
                                        "device  device=" + device.id() + "  change=connected"));
    }

    @Test
    void showsOneObjectEachToScripts() throws Exception {
        CommandRun run = tail("event", "tail", "--kinds", "state", "--count", "2", "-o", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.lines()).hasSize(2);
        JsonNode event = JsonMapper.shared().readTree(run.lines().getFirst());
        assertThat(event.at("/event").asString()).isEqualTo("state");
        assertThat(event.at("/data/device").asString()).isEqualTo(device.id().toString());
    }

    @Test
    void saysWhatTheServerSaysOfAKindThatIsNone() {
        CommandRun run = run("event", "tail", "--kinds", "weather");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("kinds");
    }
}
