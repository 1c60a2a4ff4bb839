/**
 * Tests of what the operator sees. They guarantee that no foreign text reaches the terminal as a
 * command. Read {@link dev.breakwater.cli.terminal.SafeTextTest} first.
 */
@NullMarked
package dev.breakwater.cli.terminal;

import org.jspecify.annotations.NullMarked;
