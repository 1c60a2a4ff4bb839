/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.oidc.ProviderSettings;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Through a provider of somebody else's making: npm's oidc-provider, which is certified by the
 * OpenID Foundation, with its own pages, over https. A browser's part is played by hand.
 */
@Tag("system")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockProviderTest {

    private static final Path PROGRAM = Path.of("src/test/node/openid-provider");
    private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");
    private static final String SECRET = "a secret of the client + more";
    private static final URI REDIRECT =
            URI.create("https://localhost:8443" + ProviderSettings.CALLBACK_PATH);
    private static final int STEPS_MAX = 12;

    private final TestPki pki = TestPki.named("Provider", TestClock.atPresent());
    private @Nullable Process provider;
    private int port;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        assumeTrue(onPath("npm") && onPath("node"), "needs Debian packages nodejs and npm");
        for (String name : List.of("package.json", "package-lock.json", "provider.mjs")) {
            Path _ = Files.copy(PROGRAM.resolve(name), folder.resolve(name));
        }
        Process install =
                start(
                        folder,
                        List.of(
                                "npm",
                                "ci",
                                "--ignore-scripts",
                                "--no-audit",
                                "--no-fund",
                                "--silent"));
        assumeTrue(install.waitFor(120, TimeUnit.SECONDS), "npm took too long");
        assumeTrue(install.exitValue() == 0, "npm cannot install the provider");
        TestIdentity identity = pki.server("localhost", "127.0.0.1");
        StringBuilder chain = new StringBuilder();
        for (X509Certificate certificate : identity.chain()) {
            chain.append(TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
        }
        Files.writeString(folder.resolve("server.pem"), chain);
        Files.writeString(
                folder.resolve("server.key"),
                TestKeys.pem("PRIVATE KEY", identity.keys().getPrivate().getEncoded()));
        provider = start(folder, List.of("node", "provider.mjs", REDIRECT.toString(), SECRET));
        BufferedReader output = provider.inputReader();
        port = Integer.parseInt(String.valueOf(output.readLine()));
    }

    @AfterAll
    void stop() {
        if (provider != null) {
            provider.destroyForcibly();
        }
    }

    private ProviderSettings settings(String client) {
        return new ProviderSettings(
                "Stock",
                "https://localhost:" + port,
                client,
                client.equals("public")
                        ? Optional.empty()
                        : Optional.of(SecretText.of(SECRET.toCharArray())),
                REDIRECT,
                List.of(pki.root()),
                ProviderSettings.SecondFactorTrust.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"confidential", "public"})
    void linksAMemberAndLogsThemIn(String client, @TempDir Path directory) throws Exception {
        try (ApiServer server =
                new ApiServer(directory, ApiServer.LIMITS, Optional.of(settings(client)))) {
            ApiClient owner = server.administrator("Reef & Sons");
            server.member(owner, "pat@reef.example", "operator");
            ApiClient pat = server.with(server.logIn("pat@reef.example").ok("accessToken"));

            Answer begun = OidcVisitor.beginLink(pat).has(201);
            assertThat(goOn(server, begun, "pat").has(200).body()).contains("Linked");
            assertThat(pat.get("/me/oidc-links").text("/items/0/subject")).isEqualTo("pat");

            Answer in = goOn(server, begin(server), "pat").has(200);
            assertThat(in.headers("Set-Cookie")).hasSize(4);
            assertThat(in.body()).contains("This browser has a session of Somebody.");

            assertThat(goOn(server, begin(server), "stranger").has(403).body())
                    .contains("did not succeed");
        }
    }

    private static Answer begin(ApiServer server) {
        return server.anybody().post("/oidc-log-ins", "{}", OidcVisitor.OURS).has(201);
    }

    /** Through the provider's pages and back. */
    private Answer goOn(ApiServer server, Answer begun, String login) throws Exception {
        HttpClient browser = browser();
        URI place = URI.create(begun.text("/authorizationUrl"));
        for (int step = 0; step < STEPS_MAX; step++) {
            if (place.toString().startsWith(REDIRECT.toString())) {
                return server.anybody()
                        .get(
                                "/oidc-log-ins/callback?" + place.getRawQuery(),
                                OidcVisitor.cookie(begun),
                                OidcVisitor.FROM_PROVIDER);
            }
            HttpResponse<String> page =
                    browser.send(request(place).GET().build(), BodyHandlers.ofString());
            if (page.statusCode() == 200) {
                page = submit(browser, place, page.body(), login);
            }
            place = place.resolve(page.headers().firstValue("Location").orElseThrow());
        }
        throw new AssertionError("the provider sends the browser on and on");
    }

    /** The two pages of the provider: who it is, and whether they agree. */
    private static HttpResponse<String> submit(
            HttpClient browser, URI place, String page, String login) throws Exception {
        Matcher form = FORM.matcher(page);
        assertThat(form.find()).as(page).isTrue();
        String filled =
                page.contains("value=\"login\"")
                        ? "prompt=login&password=any&login=" + login
                        : "prompt=consent";
        return browser.send(
                request(place.resolve(form.group(1)))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(filled))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI place) {
        return HttpRequest.newBuilder(place).timeout(Duration.ofSeconds(20));
    }

    /** A fresh one, with no session at the provider. */
    private HttpClient browser() throws Exception {
        KeyStore roots = KeyStore.getInstance("PKCS12");
        roots.load(null, null);
        roots.setCertificateEntry("root", pki.root());
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
    }

    private static Process start(Path folder, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors.txt").toFile())
                .start();
    }

    private static boolean onPath(String program) {
        for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(place, program))) {
                return true;
            }
        }
        return false;
    }
}
