/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.artifact.S3Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactSettingsTest {

    @TempDir private Path home;

    @BeforeEach
    void writeSecret() throws Exception {
        Files.writeString(home.resolve("s3-secret"), "geheim\n");
    }

    @Test
    void readsAStoreOfArtifacts() throws Exception {
        S3Place place = read(at("https://s3.example")).orElseThrow();

        assertThat(place.endpoint()).hasToString("https://s3.example");
        assertThat(place.bucket()).isEqualTo("reef");
        assertThat(place.region()).isEqualTo("us-east-1");
        assertThat(new String(place.secretAccessKey().copy())).isEqualTo("geheim");
        assertThat(place.toString()).doesNotContain("geheim");
    }

    @Test
    void refusesAStoreThatIsNotAllSaid() {
        assertThatThrownBy(() -> read("[artifacts]\ns3-bucket = \"reef\""))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("artifacts.s3-endpoint")
                .hasMessageContaining("s3-secret-access-key-file");
    }

    @Test
    void refusesAStoreWithoutTls() {
        assertThatThrownBy(() -> read(at("http://s3.example")))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("https")
                .hasMessageNotContaining("geheim");
    }

    private Optional<S3Place> read(String toml) throws ConfigurationRefused {
        return new ConfigurationFile(home, Optional.empty()).read(toml).artifacts();
    }

    private String at(String endpoint) {
        return """
        [artifacts]
        s3-endpoint = "%s"
        s3-bucket = "reef"
        s3-access-key-id = "breakwater"
        s3-secret-access-key-file = "%s/s3-secret"
        """
                .formatted(endpoint, home);
    }
}
