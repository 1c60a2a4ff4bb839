/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Networks of a test's own, made of Linux network namespaces: a device, a phone and a home in one
 * machine, with a real kernel between them and no radio.
 *
 * <p>Guarantees: what is made goes with its {@link dev.breakwater.testkit.netns.Namespace}, and
 * what a killed test left is swept by the next; names are unique per run. Needs root and Debian
 * package iproute2: {@link dev.breakwater.testkit.netns.Namespace#missing} says so. A network here
 * has a name, a passphrase and addresses; it has no encryption, no DHCP and no distance.
 *
 * <p>Read {@link dev.breakwater.testkit.netns.Air} first; {@link
 * dev.breakwater.testkit.netns.PortScan} looks at a device from outside.
 */
@NullMarked
package dev.breakwater.testkit.netns;

import org.jspecify.annotations.NullMarked;
