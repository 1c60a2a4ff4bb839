/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.update.trust.RemoteFiles;
import dev.breakwater.protocol.update.trust.UpdateFault;
import dev.breakwater.testkit.TestClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The family "file download" of the conformance suite, and data without end or haste. */
class DownloadTest {

    private static final byte[] CONTENT = new byte[100_000];

    @TempDir Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final SimulatedRepository repository = new SimulatedRepository(clock);
    private Client client;

    @BeforeEach
    void startClient() {
        client = new Client(directory.resolve("trust"), repository, clock);
        repository.addTarget("targets", "path/to/a/file.img", CONTENT);
        repository.publishAll();
    }

    /** A stream that never ends, and brings so many bytes each time, so far apart. */
    private InputStream endless(int bytes, Duration apart) {
        return new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException("in pieces only");
            }

            @Override
            public int read(byte[] piece, int from, int count) {
                clock.advance(apart);
                int brought = Math.min(bytes, count);
                Arrays.fill(piece, from, from + brought, (byte) ' ');
                return brought;
            }
        };
    }

    private RemoteFiles metadataWith(String name, InputStream stream) {
        return path -> path.endsWith(name) ? Optional.of(stream) : repository.metadata().open(path);
    }

    @Test
    void bringsTheFileThatIsSigned() throws Exception {
        assertThat(client.download("path/to/a/file.img")).isEqualTo(CONTENT);
        assertThat(repository.targets().takeRequests())
                .singleElement()
                .asString()
                .matches("path/to/a/[0-9a-f]{64}\\.file\\.img");
    }

    @Test
    void refusesAnotherFileInItsPlace() {
        String path =
                repository.remotePath(
                        "path/to/a/file.img",
                        Objects.requireNonNull(
                                repository.filesOf("targets").get("path/to/a/file.img")));
        byte[] altered = CONTENT.clone();
        altered[99_999] = 1;
        repository.targets().put(path, altered);
        Client.isRefused(UpdateFault.MISMATCHED, () -> client.download("path/to/a/file.img"));
        repository.targets().put(path, Arrays.copyOf(CONTENT, 99_999));
        Client.isRefused(UpdateFault.TRUNCATED, () -> client.download("path/to/a/file.img"));
        repository.targets().put(path, Arrays.copyOf(CONTENT, 100_001));
        Client.isRefused(UpdateFault.TOO_LONG, () -> client.download("path/to/a/file.img"));
    }

    @Test
    void bringsTheNewFileUnderTheOldName() throws Exception {
        for (byte i = 0; i < 11; i++) {
            repository.addTarget("targets", "path/to/a/file.img", new byte[] {i});
            repository.publishAll();
            if (i % 5 == 0) {
                assertThat(client.download("path/to/a/file.img")).containsExactly(i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json"})
    void endsDataThatDoesNot(String name) {
        Client.isRefused(
                UpdateFault.TOO_LONG,
                () -> client.refresh(metadataWith(name, endless(10_000, Duration.ZERO))));
        Client.isRefused(
                UpdateFault.TOO_SLOW,
                () -> client.refresh(metadataWith(name, endless(1, Duration.ofSeconds(1)))));
    }

    @Test
    void endsATargetThatDoesNot() {
        Client.isRefused(
                UpdateFault.TOO_LONG,
                () ->
                        client.download(
                                "path/to/a/file.img",
                                _ -> Optional.of(endless(10_000, Duration.ZERO))));
        Client.isRefused(
                UpdateFault.TOO_SLOW,
                () ->
                        client.download(
                                "path/to/a/file.img",
                                _ -> Optional.of(endless(30, Duration.ofSeconds(1)))));
    }

    @Test
    void isPatientWithALineThatIsOnlySlow() throws Exception {
        byte[] content = new byte[100_000];
        Arrays.fill(content, (byte) ' ');
        repository.addTarget("targets", "spaces", content);
        repository.publishAll();
        InputStream slow =
                new InputStream() {
                    private int left = content.length;

                    @Override
                    public int read() {
                        throw new UnsupportedOperationException("in pieces only");
                    }

                    @Override
                    public int read(byte[] piece, int from, int count) {
                        clock.advance(Duration.ofSeconds(1));
                        int brought = Math.min(40, left);
                        left -= brought;
                        Arrays.fill(piece, from, from + brought, (byte) ' ');
                        return brought == 0 ? -1 : brought;
                    }
                };
        assertThat(client.download("spaces", _ -> Optional.of(slow))).isEqualTo(content);
    }

    @Test
    void saysNothingAboutTheRepositoryWhenTheLineBreaks() throws Exception {
        assertThatThrownBy(
                        () ->
                                client.refresh(
                                        _ -> {
                                            throw new IOException("no route");
                                        }))
                .isInstanceOf(IOException.class);
        client.refresh();
        assertThat(client.version("targets")).isEqualTo(2);
    }

    @Test
    void needsEveryFileThatIsListed() {
        repository.metadata().remove("2.targets.json");
        client.refreshIsRefused(UpdateFault.MISSING);
        repository.metadata().remove("2.snapshot.json");
        client.refreshIsRefused(UpdateFault.MISSING);
        repository.metadata().remove("timestamp.json");
        client.refreshIsRefused(UpdateFault.MISSING);
    }
}
