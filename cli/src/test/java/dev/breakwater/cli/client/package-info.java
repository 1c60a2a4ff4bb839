/**
 * Tests of the profile and of the client against a real HTTPS server. They guarantee that a token
 * goes to nobody but the pinned server. Read {@link dev.breakwater.cli.client.ApiClientTest} first.
 */
@NullMarked
package dev.breakwater.cli.client;

import org.jspecify.annotations.NullMarked;
