/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to the provider, who may be slow, broken or taken over: https alone, no redirect followed
 * (a redirect would let the provider's name stand for another place), so many bytes and seconds for
 * an answer as a whole, and so many requests at a time. Blocks.
 */
final class ProviderHttp implements AutoCloseable {

    private final HttpClient client;
    private final Duration patience;
    private final int bytesMax;
    private final Semaphore places;

    ProviderHttp(List<X509Certificate> trusted, Limits limits) {
        this.patience = limits.seconds(Limit.OIDC_PROVIDER_SECONDS);
        this.bytesMax = limits.of(Limit.OIDC_PROVIDER_BYTES);
        this.places = new Semaphore(limits.of(Limit.OIDC_REQUESTS_IN_WORK));
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(patience);
        this.client = (trusted.isEmpty() ? builder : builder.sslContext(only(trusted))).build();
    }

    private static SSLContext only(List<X509Certificate> trusted) {
        try {
            KeyStore roots = KeyStore.getInstance("PKCS12");
            roots.load(null, null);
            for (int i = 0; i < trusted.size(); i++) {
                roots.setCertificateEntry("root-" + i, trusted.get(i));
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException impossible) {
            throw new IllegalStateException("certificates that were read are roots", impossible);
        }
    }

    /** An answer that was not too long. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, read once
    record Answer(int status, byte[] body) {}

    /** Fetches what must be there. */
    byte[] get(URI url) throws OidcRefused {
        HttpRequest request =
                HttpRequest.newBuilder(url)
                        .header("Accept", "application/json")
                        .timeout(patience)
                        .build();
        Answer answer = send(request);
        if (answer.status() != 200) {
            throw unavailable("%s answered %d".formatted(url, answer.status()), null);
        }
        return answer.body();
    }

    /** Posts a form. */
    Answer post(URI url, String form, Optional<String> authorization) throws OidcRefused {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url)
                        .header("Accept", "application/json")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .timeout(patience)
                        .POST(HttpRequest.BodyPublishers.ofString(form));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return send(request.build());
    }

    private Answer send(HttpRequest request) throws OidcRefused {
        if (!places.tryAcquire()) {
            throw unavailable("too many requests to the provider are in work", null);
        }
        try {
            return sendNow(request);
        } finally {
            places.release();
        }
    }

    private Answer sendNow(HttpRequest request) throws OidcRefused {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request,
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), bytesMax));
        try {
            // The client's own time ends with the head; this one is for the body as well.
            HttpResponse<byte[]> done = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(done.statusCode(), done.body());
        } catch (TimeoutException late) {
            boolean _ = answer.cancel(true);
            throw unavailable(
                    "%s did not answer within %d s".formatted(request.uri(), patience.toSeconds()),
                    late);
        } catch (ExecutionException failed) {
            throw unavailable(
                    "%s cannot be reached, or answers more than %d bytes: %s"
                            .formatted(request.uri(), bytesMax, failed.getCause()),
                    failed);
        } catch (InterruptedException stopped) {
            boolean _ = answer.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("the server is stopping", stopped);
        }
    }

    static OidcRefused unavailable(String why, @Nullable Throwable cause) {
        return cause == null
                ? new OidcRefused(RefusalReason.OIDC_PROVIDER_UNAVAILABLE, why)
                : new OidcRefused(RefusalReason.OIDC_PROVIDER_UNAVAILABLE, why, cause);
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
