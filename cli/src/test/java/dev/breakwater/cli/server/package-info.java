/**
 * Tests of the server's configuration. They hold its defaults and the words of its refusals. Read
 * {@link dev.breakwater.cli.server.ConfigurationFileTest} first.
 */
@NullMarked
package dev.breakwater.cli.server;

import org.jspecify.annotations.NullMarked;
