/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.server.oidc.ProviderSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The table [oidc]: the identity provider by which people may log in. Left out, there is none. */
final class OidcSettings {

    private static final int HTTPS_PORT = 443;

    private final Settings settings;

    OidcSettings(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads it.
     *
     * @param names of the server; the first is where browsers come back to, if nothing else is said
     * @param secretIn reads the secret in a file, for a key
     */
    Optional<ProviderSettings> read(
            Optional<ServerNames> names,
            int apiPort,
            BiFunction<String, Path, Optional<SecretText>> secretIn) {
        Optional<String> issuer = settings.text("issuer");
        Optional<String> clientId = settings.text("client-id");
        Optional<Path> secretFile = settings.path("client-secret-file");
        Optional<String> redirect = settings.text("redirect-url");
        Optional<Path> trustedFile = settings.path("trusted-certificate-file");
        Optional<String> name = settings.text("name");
        boolean secondFactor = settings.flag("second-factor-by-provider").orElse(false);
        Optional<String> acr = settings.text("second-factor-acr");
        boolean said = settings.isThere();
        settings.reportUnknown();
        if (!said) {
            return Optional.empty();
        }
        if (issuer.isEmpty() || clientId.isEmpty()) {
            settings.problem(
                    "issuer", "and oidc.client-id are needed; without them there is no provider");
            return Optional.empty();
        }
        if (acr.isPresent() && !secondFactor) {
            settings.problem(
                    "second-factor-acr", "needs oidc.second-factor-by-provider = true beside it");
        }
        Optional<SecretText> secret =
                secretFile.flatMap(file -> secretIn.apply("client-secret-file", file));
        List<X509Certificate> trusted = trustedFile.map(this::certificates).orElse(List.of());
        Optional<String> back = redirect.or(() -> names.map(of -> byDefault(of, apiPort)));
        try {
            return Optional.of(
                    new ProviderSettings(
                            name.orElseGet(() -> host(issuer.get())),
                            issuer.get(),
                            clientId.get(),
                            secret,
                            URI.create(back.orElse("")),
                            trusted,
                            new ProviderSettings.SecondFactorTrust(secondFactor, acr)));
        } catch (IllegalArgumentException refused) {
            settings.problem("issuer", "cannot be used: " + refused.getMessage());
            return Optional.empty();
        }
    }

    private static String byDefault(ServerNames names, int port) {
        String host =
                names.dnsNames().stream()
                        .findFirst()
                        .orElseGet(() -> host(names.addresses().getFirst()));
        String place = port == HTTPS_PORT ? host : host + ":" + port;
        return "https://" + place + ProviderSettings.CALLBACK_PATH;
    }

    private static String host(String issuer) {
        return Optional.ofNullable(URI.create(issuer).getHost()).orElse(issuer);
    }

    private static String host(InetAddress address) {
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private List<X509Certificate> certificates(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                settings.problem("trusted-certificate-file", "holds no certificate");
            }
            return all;
        } catch (IOException | CertificateException unusable) {
            settings.problem("trusted-certificate-file", "cannot be used: " + unusable);
            return List.of();
        }
    }
}
