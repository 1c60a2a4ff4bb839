/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.ca.sealing.Passphrase;
import dev.breakwater.ca.sealing.SystemdCredential;
import dev.breakwater.server.CaKeysLocation;
import dev.breakwater.server.CertificateFiles;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.ban.AddressRange;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.server.store.DatabaseLocation;
import dev.breakwater.server.tls.TlsEngine;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationFileTest {

    @TempDir private Path home;

    @Test
    void anEmptyFileIsAGoodConfigurationWithTheDocumentedDefaults() throws Exception {
        ServerConfiguration defaults = file().defaults();
        assertThat(defaults.dataDirectory()).isEqualTo(home.resolve(".local/share/breakwater"));
        assertThat(defaults.names()).isEqualTo(names("localhost", "127.0.0.1"));
        assertThat(defaults.sealingKey())
                .isEqualTo(
                        new KeyFile(
                                home.resolve(".config/breakwater/sealing.key"),
                                home.resolve(".local/share/breakwater")));
        assertThat(defaults.caKeys()).isEqualTo(new CaKeysLocation.SealedFiles());
        assertThat(defaults.database())
                .isEqualTo(
                        new DatabaseLocation.SqliteFile(
                                home.resolve(".local/share/breakwater/breakwater.db")));
        assertThat(defaults.listeners())
                .isEqualTo(new Listeners("0.0.0.0", 8883, 8884, 8443, 9090));
        assertThat(defaults.tlsEngine()).isEqualTo(TlsEngine.BORINGSSL);
        assertThat(defaults.deviceCertificateLife()).isEqualTo(Duration.ofDays(30));
        assertThat(defaults.neverBanned()).isEmpty();
        assertThat(defaults.oidc()).isEmpty();
        assertThat(defaults.artifacts()).isEmpty();
        for (Limit limit : Limit.values()) {
            assertThat(defaults.limits().of(limit)).as(limit.key()).isEqualTo(limit.byDefault());
        }
    }

    @Test
    void saysWhichNetworkIsNone() {
        assertThatThrownBy(() -> file().read("[bans]\nnever = [\"the office\", \"192.0.2.1/24\"]"))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("bans.never")
                .hasMessageContaining("the office")
                .hasMessageContaining("192.0.2.1/24");
    }

    @Test
    void readsAProviderWithDefaults() throws Exception {
        ServerConfiguration read =
                file().read(
                                """
                                names = ["iot.example", "192.0.2.7"]
                                [oidc]
                                issuer = "https://id.example/realms/reef"
                                client-id = "breakwater"
                                """);
        ProviderSettings provider = read.oidc().orElseThrow();
        assertThat(provider.name()).isEqualTo("id.example");
        assertThat(provider.redirectUrl())
                .hasToString("https://iot.example:8443/api/v1/oidc-log-ins/callback");
        assertThat(provider.clientSecret()).isEmpty();
        assertThat(provider.trusted()).isEmpty();
        assertThat(provider.secondFactor()).isEqualTo(ProviderSettings.SecondFactorTrust.NONE);
    }

    @Test
    void readsAllOfAProvider() throws Exception {
        Files.writeString(home.resolve("secret"), "geheim\n");
        TestPki pki = TestPki.create(TestClock.atPresent());
        Files.writeString(
                home.resolve("root.pem"), TestKeys.pem("CERTIFICATE", pki.root().getEncoded()));
        ServerConfiguration read =
                file().read(
                                """
                                [oidc]
                                issuer = "https://id.example"
                                client-id = "breakwater"
                                client-secret-file = "%1$s/secret"
                                redirect-url = "https://people.example/api/v1/oidc-log-ins/callback"
                                trusted-certificate-file = "%1$s/root.pem"
                                name = "Reef ID"
                                second-factor-by-provider = true
                                second-factor-acr = "gold"
                                """
                                        .formatted(home));
        ProviderSettings provider = read.oidc().orElseThrow();
        assertThat(provider.clientSecret().orElseThrow().copy())
                .containsExactly("geheim".toCharArray());
        assertThat(provider.redirectUrl()).hasHost("people.example");
        assertThat(provider.trusted()).containsExactly(pki.root());
        assertThat(provider.name()).isEqualTo("Reef ID");
        assertThat(provider.secondFactor())
                .isEqualTo(new ProviderSettings.SecondFactorTrust(true, Optional.of("gold")));
        assertThat(read.toString()).doesNotContain("geheim");
    }

    @Test
    void refusesAProviderThatNobodyCouldLogInBy() throws Exception {
        Files.writeString(home.resolve("empty.pem"), "nothing\n");
        String good = "[oidc]\nissuer = \"https://id.example\"\nclient-id = \"b\"\n";
        assertThat(file().read(good).oidc()).isPresent();
        for (String[] bad :
                new String[][] {
                    {"[oidc]\nissuer = \"https://id.example\"", "oidc.client-id"},
                    {"[oidc]\nname = \"x\"", "oidc.issuer"},
                    {good.replace("https", "http"), "no https URL"},
                    {good + "redirect-url = \"https://a.example/\"", "redirect-url must end in"},
                    {good + "second-factor-acr = \"a\"", "second-factor-by-provider = true"},
                    {good + "second-factor-by-provider = 1", "must be true or false"},
                    {good + "client-secret-file = \"/none\"", "client-secret-file"},
                    {
                        good + "trusted-certificate-file = \"" + home.resolve("empty.pem") + "\"",
                        "trusted-certificate-file"
                    },
                    {good + "issuers = 1", "did you mean oidc.issuer?"}
                }) {
            assertThatThrownBy(() -> file().read(bad[0]))
                    .as(bad[0])
                    .isInstanceOf(ConfigurationRefused.class)
                    .hasMessageContaining(bad[1]);
        }
    }

    @Test
    void readsEverySetting() throws Exception {
        Files.writeString(home.resolve("password"), "geheim\n");
        Files.writeString(home.resolve("passphrase"), "correct horse battery\n");
        Files.writeString(home.resolve("pin"), "4711\n");
        ServerConfiguration read =
                file().read(
                                """
                                data-directory = "/srv/breakwater"
                                names = ["iot.example", "192.0.2.7"]
                                device-certificate-days = 7
                                [listeners]
                                bind-address = "192.0.2.7"
                                channel = 18883
                                enrollment = 18884
                                api = 18443
                                operations = 19090
                                tls-engine = "jdk"
                                [sealing-key]
                                passphrase-file = "%1$s/passphrase"
                                [ca]
                                pkcs11-library = "/usr/lib/softhsm/libsofthsm2.so"
                                pkcs11-slot = 1
                                pkcs11-pin-file = "%1$s/pin"
                                [database]
                                url = "jdbc:postgresql://db/breakwater?sslmode=verify-full"
                                user = "breakwater"
                                password-file = "%1$s/password"
                                [limits]
                                channel-connect-seconds = 7
                                """
                                        .formatted(home));
        assertThat(read.dataDirectory()).isEqualTo(Path.of("/srv/breakwater"));
        assertThat(read.names()).isEqualTo(names("iot.example", "192.0.2.7"));
        assertThat(read.deviceCertificateLife()).isEqualTo(Duration.ofDays(7));
        assertThat(read.listeners())
                .isEqualTo(new Listeners("192.0.2.7", 18883, 18884, 18443, 19090));
        assertThat(read.tlsEngine()).isEqualTo(TlsEngine.JDK);
        assertThat(read.sealingKey())
                .isInstanceOfSatisfying(
                        Passphrase.class,
                        passphrase ->
                                assertThat(passphrase.text().copy())
                                        .isEqualTo("correct horse battery".toCharArray()));
        assertThat(read.caKeys())
                .isInstanceOfSatisfying(
                        CaKeysLocation.Pkcs11Token.class,
                        token -> {
                            assertThat(token.library())
                                    .isEqualTo(Path.of("/usr/lib/softhsm/libsofthsm2.so"));
                            assertThat(token.slot()).isEqualTo(1);
                            assertThat(token.pin().copy()).isEqualTo("4711".toCharArray());
                        });
        String url = "jdbc:postgresql://db/breakwater?sslmode=verify-full";
        assertThat(read.database())
                .isEqualTo(new DatabaseLocation.PostgresServer(url, "breakwater", "geheim"));
        assertThat(read.limits().of(Limit.CHANNEL_CONNECT_SECONDS)).isEqualTo(7);
    }

    @Test
    void readsTheNetworksThatAreNeverBanned() throws Exception {
        ServerConfiguration read =
                file().read("[bans]\nnever = [\"198.51.100.0/24\", \"2001:db8::/32\"]");
        assertThat(read.neverBanned())
                .containsExactly(
                        AddressRange.parse("198.51.100.0/24"), AddressRange.parse("2001:db8::/32"));
    }

    @Test
    void readsWhereTheCertificateOfTheApiLies() throws Exception {
        assertThat(file().defaults().apiCertificate()).isEmpty();
        assertThat(
                        file().read(
                                        "[api]\ncertificate-file = \"/etc/c.pem\"\nkey-file = \"/etc/k.pem\"")
                                .apiCertificate())
                .contains(new CertificateFiles(Path.of("/etc/c.pem"), Path.of("/etc/k.pem")));
        assertThat(problems("[api]\ncertificate-file = \"/etc/c.pem\""))
                .containsExactly(
                        "api.key-file is missing: a certificate and its key belong together");
        assertThat(problems("[api]\nkey-file = \"/etc/k.pem\""))
                .containsExactly(
                        "api.certificate-file is missing: a certificate and its key belong together");
    }

    @Test
    void refusesADatabaseElsewhereThatNeedNotProveItsName() throws Exception {
        Files.writeString(home.resolve("password"), "geheim\n");
        assertThat(
                        problems(
                                """
                                [database]
                                url = "jdbc:postgresql://db/breakwater?sslmode=require"
                                user = "breakwater"
                                password-file = "%s/password"
                                """
                                        .formatted(home)))
                .singleElement()
                .asString()
                .startsWith(
                        "database.url cannot be used: the database's URL points to another machine")
                .contains("sslmode=verify-full");
    }

    @Test
    void readsWhoAreProxies() throws Exception {
        assertThat(file().defaults().proxies()).isEmpty();
        assertThat(file().read("[listeners]\nproxies = [\"192.0.2.0/24\"]").proxies())
                .containsExactly(AddressRange.parse("192.0.2.0/24"));
        assertThat(problems("[listeners]\nproxies = [\"the balancer\"]"))
                .singleElement()
                .asString()
                .startsWith("listeners.proxies holds 'the balancer', which is no network");
    }

    @Test
    void suggestsTheSettingThatWasProbablyMeant() {
        assertThat(problems("[listeners]\nchanel = 1883"))
                .containsExactly(
                        "listeners.chanel is not a setting; did you mean listeners.channel?");
        assertThat(problems("data-dir = \"x\""))
                .singleElement()
                .asString()
                .startsWith("data-dir is not a setting; known are ");
    }

    @Test
    void namesTheEnginesThereAre() {
        assertThat(problems("[listeners]\ntls-engine = \"openssl\""))
                .containsExactly("listeners.tls-engine must be one of boringssl, jdk");
    }

    @Test
    void reportsAllMistakesAtOnce() {
        assertThat(
                        problems(
                                """
                                names = "iot.example"
                                device-certificate-days = 398
                                colour = "blue"
                                [listeners]
                                api = 70000
                                [limits]
                                json-depth = 1
                                """))
                .hasSize(5)
                .anyMatch(problem -> problem.startsWith("names must be a list of texts"))
                .contains(
                        "device-certificate-days must be a whole number from 1 to 397",
                        "listeners.api must be a whole number from 1 to 65535",
                        "limits.json-depth must be a whole number from 4 to "
                                + Limit.JSON_DEPTH.highest())
                .anyMatch(problem -> problem.startsWith("colour is not a setting"));
    }

    @Test
    void refusesASealingKeyInsideTheDataDirectory() {
        assertThat(
                        problems(
                                """
                                data-directory = "/srv/breakwater"
                                [sealing-key]
                                file = "/srv/elsewhere/../breakwater/keys/sealing.key"
                                """))
                .singleElement()
                .asString()
                .startsWith("sealing-key.file lies in the data directory");
    }

    @Test
    void takesASealingKeyBesideTheDataDirectory() throws Exception {
        ServerConfiguration read =
                file().read(
                                """
                                data-directory = "/srv/breakwater"
                                [sealing-key]
                                file = "/srv/breakwater-key"
                                """);
        assertThat(read.sealingKey())
                .isEqualTo(new KeyFile(Path.of("/srv/breakwater-key"), Path.of("/srv/breakwater")));
    }

    @Test
    void refusesTwoSealingKeys() {
        assertThat(problems("[sealing-key]\nfile = \"/a\"\npassphrase-file = \"/b\""))
                .containsExactly(
                        "sealing-key.file stands beside another source; name one of file, systemd-credential, passphrase-file");
    }

    @Test
    void takesASystemdCredentialOnlyFromSystemd() throws Exception {
        String toml = "[sealing-key]\nsystemd-credential = \"sealing\"";
        assertThat(problems(toml)).singleElement().asString().contains("handed no credentials");
        ServerConfiguration read =
                new ConfigurationFile(home, Optional.of(Path.of("/run/credentials/b"))).read(toml);
        assertThat(read.sealingKey())
                .isEqualTo(new SystemdCredential(Path.of("/run/credentials/b"), "sealing"));
    }

    @Test
    void refusesHalfATokenAndHalfADatabase() {
        assertThat(problems("[ca]\npkcs11-slot = 0"))
                .containsExactly(
                        "ca.pkcs11-library is missing, but other pkcs11 settings are there");
        assertThat(problems("[ca]\npkcs11-library = \"/x.so\""))
                .containsExactly("ca.pkcs11-pin-file is missing: a token is opened with a PIN");
        assertThat(problems("[database]\nurl = \"jdbc:mysql://db/x\""))
                .containsExactly(
                        "database.url must begin with jdbc:postgresql: (leave it out to use SQLite)",
                        "database.url needs database.user and database.password-file beside it");
    }

    @Test
    void refusesWhatIsNotTomlOrNotAFile() throws IOException {
        assertThat(problems("names = ["))
                .singleElement()
                .asString()
                .startsWith("the configuration is not TOML: ");
        assertThatThrownBy(() -> file().read(home.resolve("none.toml")))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith("there is no configuration file ");
        Path huge = Files.writeString(home.resolve("huge.toml"), "#".repeat((1 << 20) + 1));
        assertThatThrownBy(() -> file().read(huge))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("larger than 1 MiB");
    }

    @Test
    void refusesATableWhereAValueBelongsAndTheOtherWayRound() {
        assertThat(problems("listeners = 5"))
                .containsExactly("listeners must be a table, written [listeners]");
        assertThat(problems("[data-directory]\nx = 1"))
                .contains("data-directory must be a text in quotes");
    }

    private ConfigurationFile file() {
        return new ConfigurationFile(home, Optional.empty());
    }

    private List<String> problems(String toml) {
        ConfigurationRefused refused =
                catchThrowableOfType(ConfigurationRefused.class, () -> file().read(toml));
        assertThat(refused).as("the configuration was taken").isNotNull();
        return refused.problems();
    }

    private static ServerNames names(String dnsName, String address) {
        return new ServerNames(List.of(dnsName), List.of(InetAddress.ofLiteral(address)));
    }
}
