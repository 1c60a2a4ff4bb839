/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.OtherRoot;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import javax.net.ssl.SSLException;

/**
 * Says why there was no answer, and what to look at.
 *
 * @param server that was asked
 * @param root that it was to show
 */
record Unreachable(URI server, Trust root) {

    /** What ends the command. */
    CommandFailed during(ApiRequest request, IOException cause) {
        return new CommandFailed(ExitCode.UNREACHABLE, sentence(cause, request), cause);
    }

    private String sentence(IOException cause, ApiRequest request) {
        for (Throwable link = cause; link != null; link = link.getCause()) {
            switch (link) {
                case OtherRoot other -> {
                    return server
                            + " is not the server of this profile: "
                            + root
                            + " was expected, "
                            + other.getMessage()
                            + "; somebody may be listening in between, or the server was set up anew"
                            + " (then run breakwater setup again)";
                }
                case UnknownHostException _ -> {
                    return "the name "
                            + server.getHost()
                            + " cannot be resolved; check the server in the profile";
                }
                case HttpTimeoutException _ -> {
                    return server + " did not answer in time" + unknownOutcome(request);
                }
                case ConnectException _ -> {
                    return server
                            + " cannot be reached; is the server running (breakwater server), and does"
                            + " a firewall let port "
                            + port()
                            + " pass?";
                }
                default -> {}
            }
        }
        if (cause instanceof SSLException) {
            return server
                    + " cannot prove who it is: "
                    + cause.getMessage()
                    + "; use a name that stands in its certificate";
        }
        return server + " ended the connection without an answer" + unknownOutcome(request);
    }

    private static String unknownOutcome(ApiRequest request) {
        return request.method().equals("GET")
                ? "; try again"
                : "; whether it did what was asked is not known: look before trying again";
    }

    private int port() {
        return server.getPort() < 0 ? 443 : server.getPort();
    }
}
