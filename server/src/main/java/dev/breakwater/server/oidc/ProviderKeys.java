/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The keys a provider signs with. They are fetched anew once an hour, and once more when a token
 * names one that is not known, but not twice a minute: whoever invents key names must not have us
 * ask all the time. Thread-safe; blocks.
 */
final class ProviderKeys {

    private static final Duration GOOD_FOR = Duration.ofHours(1);
    private static final Duration APART = Duration.ofMinutes(1);
    private static final int KEYS_MAX = 100;
    private static final int RSA_BITS_LEAST = 2_048;

    private final ProviderHttp http;
    private final Clock clock;
    private List<JWK> keys = List.of();
    private Instant fetchedAt = Instant.MIN;
    private Instant triedAt = Instant.MIN;

    ProviderKeys(ProviderHttp http, Clock clock) {
        this.http = http;
        this.clock = clock;
    }

    /** What verifies a signature with this header; empty if there is no such key. */
    synchronized Optional<JWSVerifier> verifier(URI url, JWSHeader header) throws OidcRefused {
        Instant now = clock.instant();
        boolean mayAsk = triedAt.isBefore(now.minus(APART));
        if (fetchedAt.isBefore(now.minus(GOOD_FOR))) {
            if (!mayAsk) {
                throw ProviderHttp.unavailable(
                        "the provider's keys could not be fetched a moment ago", null);
            }
            fetch(url, now);
            return find(header);
        }
        Optional<JWSVerifier> known = find(header);
        if (known.isPresent() || !mayAsk) {
            return known;
        }
        fetch(url, now);
        return find(header);
    }

    private void fetch(URI url, Instant now) throws OidcRefused {
        triedAt = now;
        byte[] bytes = http.get(url);
        try {
            List<JWK> fetched =
                    JWKSet.parse(new String(bytes, StandardCharsets.UTF_8)).getKeys().stream()
                            .filter(ProviderKeys::isForSignatures)
                            .toList();
            if (fetched.isEmpty() || fetched.size() > KEYS_MAX) {
                throw ProviderHttp.unavailable(
                        "the provider has %d keys for signatures".formatted(fetched.size()), null);
            }
            keys = fetched;
            fetchedAt = now;
        } catch (ParseException unreadable) {
            throw ProviderHttp.unavailable("the provider's keys cannot be read", unreadable);
        }
    }

    /** Public keys of a sound size alone: a shared secret in a public document is nobody's. */
    private static boolean isForSignatures(JWK key) {
        boolean sound =
                (key instanceof RSAKey rsa && rsa.size() >= RSA_BITS_LEAST) || key instanceof ECKey;
        return sound && (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()));
    }

    /**
     * By its name, and of the kind the algorithm takes. Without a name there must be one key only:
     * trying all would let each of them stand for each other.
     */
    private Optional<JWSVerifier> find(JWSHeader header) throws OidcRefused {
        JWSAlgorithm algorithm = header.getAlgorithm();
        Predicate<JWK> fits =
                key ->
                        isOfKind(key, algorithm)
                                && (key.getAlgorithm() == null
                                        || key.getAlgorithm().equals(algorithm))
                                && (header.getKeyID() == null
                                        || header.getKeyID().equals(key.getKeyID()));
        List<JWK> fitting = keys.stream().filter(fits).toList();
        if (fitting.size() != 1) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    fitting.getFirst() instanceof RSAKey rsa
                            ? new RSASSAVerifier(rsa.toRSAPublicKey())
                            : new ECDSAVerifier(fitting.getFirst().toECKey().toECPublicKey()));
        } catch (JOSEException unusable) {
            throw ProviderHttp.unavailable("a key of the provider cannot be used", unusable);
        }
    }

    private static boolean isOfKind(JWK key, JWSAlgorithm algorithm) {
        if (key instanceof RSAKey) {
            return JWSAlgorithm.Family.RSA.contains(algorithm);
        }
        // Null for what is no algorithm of elliptic curves.
        Set<Curve> curves = Curve.forJWSAlgorithm(algorithm);
        return curves != null && key instanceof ECKey ec && curves.contains(ec.getCurve());
    }
}
