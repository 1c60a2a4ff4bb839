/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/** Pages for people, read strictly. */
@NullMarked
package dev.breakwater.server.api.page;

import org.jspecify.annotations.NullMarked;
