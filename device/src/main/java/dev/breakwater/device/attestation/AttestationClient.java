/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.attestation;

import dev.breakwater.device.est.RetryAfter;
import dev.breakwater.device.est.ServerExchange;
import dev.breakwater.device.identity.Attester;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.attestation.AttestationPaths;
import dev.breakwater.protocol.attestation.Challenge;
import dev.breakwater.protocol.message.MalformedMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.Optional;

/**
 * Attests keys to one server. Calls block, for about a minute and as long as the hardware takes,
 * and are best made on a virtual thread. Safe for use by many threads.
 *
 * <pre>{@code
 * AttestationClient client = new AttestationClient("tanks.example.com", 8884, clock);
 * if (keys.attester().isPresent()) {
 *     AttestationOutcome outcome = client.attest(keys.attester().get(), trust, credential);
 * }
 * }</pre>
 */
public final class AttestationClient {

    private final String host;
    private final int port;
    private final Clock clock;

    /**
     * A client of one server.
     *
     * @param host a DNS name or address, which the server's certificate must carry
     * @param port of the server's listener for devices
     */
    public AttestationClient(String host, int port, Clock clock) {
        this.host = host;
        this.port = port;
        this.clock = clock;
    }

    /**
     * Attests the key of a credential, once.
     *
     * @throws IOException if the hardware failed ({@link
     *     dev.breakwater.device.identity.KeyUnavailable}), no answer came or it could not be read:
     *     it may be tried again
     */
    public AttestationOutcome attest(Attester attester, ServerTrust trust, Credential credential)
            throws IOException, InterruptedException {
        Attester.Introduction introduction = attester.introduce();
        HttpResponse<byte[]> asked =
                post(
                        AttestationPaths.CHALLENGES,
                        introduction.request().toJson(),
                        trust,
                        credential);
        if (asked.statusCode() != 201) {
            return unwanted(asked);
        }
        Challenge challenge;
        try {
            challenge = Challenge.parse(asked.body());
        } catch (MalformedMessage unreadable) {
            throw new IOException("the server's challenge cannot be read", unreadable);
        }
        HttpResponse<byte[]> answered =
                post(
                        AttestationPaths.ANSWERS,
                        introduction.answer(challenge, credential.key()).toJson(),
                        trust,
                        credential);
        return answered.statusCode() == 204
                ? new AttestationOutcome.Attested()
                : unwanted(answered);
    }

    private AttestationOutcome unwanted(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        Optional<String> retryAfter = response.headers().firstValue("Retry-After");
        return switch (status) {
            case 429, 503 ->
                    new AttestationOutcome.Busy(
                            RetryAfter.parse(retryAfter.orElse("60"), clock.instant()));
            case 400, 401, 403, 404, 410, 413, 415 -> new AttestationOutcome.Refused(status);
            default -> throw new IOException("the server answered %d".formatted(status));
        };
    }

    private HttpResponse<byte[]> post(
            String path, byte[] json, ServerTrust trust, Credential credential)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", AttestationPaths.MEDIA_TYPE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json))
                        .build();
        return ServerExchange.once(PinnedTls.mutual(trust, credential, clock.instant()), request);
    }

    private URI uri(String path) throws IOException {
        try {
            return new URI("https", null, host, port, path, null, null);
        } catch (URISyntaxException malformed) {
            throw new IOException(host + " is not the name of a host", malformed);
        }
    }
}
