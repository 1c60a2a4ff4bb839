/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql:breakwater",
                "jdbc:postgresql:///breakwater",
                "jdbc:postgresql://localhost/breakwater",
                "jdbc:postgresql://127.0.0.1:5433/breakwater?sslmode=disable",
                "jdbc:postgresql://[::1]:5432/breakwater",
                "jdbc:postgresql://localhost/breakwater?socketFactory=org.example.UnixSocket",
                "jdbc:postgresql://localhost:5432,127.0.0.1:5433/breakwater",
                "jdbc:postgresql://db.example/breakwater?sslmode=verify-full",
                "jdbc:postgresql://192.0.2.7/breakwater?user=b&sslmode=verify-full&sslrootcert=/etc/ca.pem",
                "jdbc:postgresql://a.example,b.example/breakwater?sslmode=verify-full",
                "jdbc:postgresql://db.example/breakwater?sslmode=verify-full"
                        + "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory"
            })
    void takesThisMachineAndWhoeverProvesTheirName(String url) {
        assertThat(PostgresUrl.objection(url)).isEmpty();
        assertThat(new DatabaseLocation.PostgresServer(url, "b", "secret").url()).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db.example/breakwater",
                "jdbc:postgresql://192.0.2.7:5432/breakwater?ssl=true",
                "jdbc:postgresql://db.example/breakwater?sslmode=disable",
                "jdbc:postgresql://db.example/breakwater?sslmode=require",
                "jdbc:postgresql://db.example/breakwater?sslmode=verify-ca",
                "jdbc:postgresql://localhost,db.example/breakwater",
                "jdbc:postgresql://localhost.example/breakwater",
                "jdbc:postgresql://[2001:db8::1]/breakwater",
                "jdbc:postgresql://localhost/breakwater?PGHOST=db.example"
            })
    void refusesAnotherMachineThatNeedNotProveItsName(String url) {
        assertThat(PostgresUrl.objection(url)).get().asString().contains("add sslmode=verify-full");
        assertThatThrownBy(() -> new DatabaseLocation.PostgresServer(url, "b", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the database's URL points to another machine")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslfactory=org.postgresql.ssl.NonValidatingFactory",
                "sslfactory=org.postgresql.ssl.SingleCertValidatingFactory",
                "sslhostnameverifier=org.example.AnyName"
            })
    void refusesWhatVerifiesNothing(String property) {
        String url = "jdbc:postgresql://db.example/breakwater?sslmode=verify-full&" + property;
        assertThat(PostgresUrl.objection(url)).get().asString().contains("leave sslfactory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://db.example:port/breakwater", "jdbc:postgresql:/"})
    void refusesWhatTheDriverDoesNotUnderstand(String url) {
        assertThat(PostgresUrl.objection(url))
                .get()
                .asString()
                .contains("none that the PostgreSQL driver understands");
    }

    /** A service file says where the database is, and the URL nothing of it. */
    @Test
    void followsAServiceFile(@TempDir Path folder) throws Exception {
        Path services = folder.resolve("services.conf");
        Files.writeString(services, "[far]\nhost=db.example\n");
        System.setProperty("org.postgresql.pgservicefile", services.toString());
        try {
            assertThat(PostgresUrl.objection("jdbc:postgresql://?service=far"))
                    .get()
                    .asString()
                    .contains("points to another machine");
        } finally {
            System.clearProperty("org.postgresql.pgservicefile");
        }
    }
}
