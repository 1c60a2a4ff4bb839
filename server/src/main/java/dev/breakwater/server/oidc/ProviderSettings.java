/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.protocol.sealing.SecretText;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * The provider an operator has configured.
 *
 * @param name what people know it by, 1 to 100 characters
 * @param issuer its identifier, an https URL, to the letter
 * @param clientId what it calls this server
 * @param clientSecret what this server proves itself to it by; empty for a public client, whom PKCE
 *     protects alone
 * @param redirectUrl where it sends browsers back, as it is registered there, to the letter
 * @param trusted the roots its certificate may lead to; empty for those of the Java runtime
 * @param secondFactor when its word for a second factor counts
 */
public record ProviderSettings(
        String name,
        String issuer,
        String clientId,
        Optional<SecretText> clientSecret,
        URI redirectUrl,
        List<X509Certificate> trusted,
        SecondFactorTrust secondFactor) {

    /** The path that the redirect URL must have: there is one place where answers arrive. */
    public static final String CALLBACK_PATH = "/api/v1/oidc-log-ins/callback";

    /**
     * When a provider's word for a second factor counts.
     *
     * @param trusted whether it counts at all
     * @param acr the value of acr that says so; empty for a member "mfa" of amr (RFC 8176)
     */
    public record SecondFactorTrust(boolean trusted, Optional<String> acr) {

        /** The provider is not believed; our own second factor is asked for. */
        public static final SecondFactorTrust NONE = new SecondFactorTrust(false, Optional.empty());
    }

    /**
     * Copies the certificates.
     *
     * @throws IllegalArgumentException if nothing could log in by it; the text says why
     */
    public ProviderSettings {
        trusted = List.copyOf(trusted);
        URI parsed = https("issuer", issuer);
        if (parsed.getRawQuery() != null) {
            throw new IllegalArgumentException("issuer has a query");
        }
        URI back = https("redirect-url", redirectUrl.toString());
        if (!CALLBACK_PATH.equals(back.getRawPath()) || back.getRawQuery() != null) {
            throw new IllegalArgumentException("redirect-url must end in " + CALLBACK_PATH);
        }
        if (clientId.isBlank() || name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("client-id or name is blank or too long");
        }
    }

    /** Where it tells about itself (OpenID Connect Discovery 1.0 section 4). */
    URI discovery() {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }

    /**
     * Reads an https URL with a host, without user or fragment.
     *
     * @throws IllegalArgumentException if it is none
     */
    static URI https(String what, String text) {
        URI url = URI.create(text);
        if (!"https".equals(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null) {
            throw new IllegalArgumentException(what + " is no https URL: " + text);
        }
        return url;
    }
}
