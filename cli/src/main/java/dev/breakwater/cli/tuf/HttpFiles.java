/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.tuf;

import dev.breakwater.protocol.update.trust.RemoteFiles;
import dev.breakwater.protocol.update.trust.UpdateLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/** Files of a web server: HTTPS, or plain HTTP on this machine. No redirect is followed. */
final class HttpFiles implements RemoteFiles {

    private static final int CONNECT_MILLISECONDS = 10_000;

    /** "There is none" and "there is none for you": a store of objects says either. */
    private static final Set<Integer> ABSENT =
            Set.of(HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_FORBIDDEN);

    private final String base;

    HttpFiles(URI base) throws IOException {
        if (!"https".equals(base.getScheme()) && !isPlainOnThisMachine(base)) {
            throw new IOException(
                    "the address must begin with https://, or with http:// on this machine");
        }
        String text = base.toString();
        this.base = text.endsWith("/") ? text : text + "/";
    }

    private static boolean isPlainOnThisMachine(URI base) throws IOException {
        return "http".equals(base.getScheme())
                && base.getHost() != null
                && InetAddress.getByName(base.getHost()).isLoopbackAddress();
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        if (!(URI.create(base + path).toURL().openConnection()
                instanceof HttpURLConnection connection)) {
            throw new IOException("the address is not one of a web server");
        }
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(CONNECT_MILLISECONDS);
        connection.setReadTimeout((int) UpdateLimits.PROGRESS_WINDOW.toMillis());
        int status = connection.getResponseCode();
        if (ABSENT.contains(status)) {
            connection.disconnect();
            return Optional.empty();
        }
        if (status != HttpURLConnection.HTTP_OK) {
            connection.disconnect();
            throw new IOException("the server answered " + status + " for " + path);
        }
        return Optional.of(connection.getInputStream());
    }
}
