/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.server.artifact.NamedArtifact;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server compares what lies in its data directory, without being asked. */
@Timeout(60)
class ScrubbedServerTest {

    @TempDir private Path directory;

    @Test
    void setsAsideWhatWasAlteredInItsDataDirectory() throws Exception {
        try (RunningServer _ = ServerAssembly.start(configuration(), Clock.systemUTC());
                WatchService changes = directory.getFileSystem().newWatchService()) {
            Path sound = stored("firmware 1.0");
            Path altered = stored("firmware 1.1");
            Path folder = altered.resolveSibling("").normalize();
            var _ = folder.register(changes, StandardWatchEventKinds.ENTRY_DELETE);
            Files.writeString(altered, "firmware 6.6");

            assertThat(changes.poll(30, TimeUnit.SECONDS)).isNotNull();

            assertThat(altered).doesNotExist();
            assertThat(altered.resolveSibling(altered.getFileName() + ".altered")).exists();
            assertThat(sound).exists();
        }
    }

    private Path stored(String content) throws Exception {
        NamedArtifact artifact = StoredArtifacts.of(OrganizationId.fresh(), content);
        Path file = StoredArtifacts.file(directory.resolve("data"), artifact);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private ServerConfiguration configuration() {
        ServerConfiguration usual =
                ServerConfiguration.withDefaults(
                        directory.resolve("data"),
                        directory.resolve("sealing.key"),
                        new ServerNames(List.of("localhost"), List.of()),
                        Listeners.LOOPBACK_ANY);
        return new ServerConfiguration(
                usual.dataDirectory(),
                usual.names(),
                usual.sealingKey(),
                usual.caKeys(),
                usual.database(),
                usual.listeners(),
                usual.tlsEngine(),
                usual.deviceCertificateLife(),
                Limits.with(Map.of(Limit.ARTIFACT_SCRUB_SECONDS, 1)),
                usual.neverBanned(),
                usual.proxies(),
                usual.apiCertificate(),
                usual.oidc(),
                Optional.empty());
    }
}
