/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code demo} command: the life of one fish tank from its own key to being cut off, on a real
 * server with a fresh data directory, through the same API, EST and MQTT that everybody uses.
 *
 * <p>It guarantees that each line it prints has happened: a step that cannot show what it claims
 * ends the story with its name and a non-zero exit code. Nothing is left behind but the temporary
 * directory it names. Read {@link dev.breakwater.cli.demo.FishTankStory} first.
 */
@NullMarked
package dev.breakwater.cli.demo;

import org.jspecify.annotations.NullMarked;
