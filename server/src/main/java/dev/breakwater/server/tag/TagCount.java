/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tag;

/** A tag, and how many devices have it. */
public record TagCount(DeviceTag tag, long devices) {}
