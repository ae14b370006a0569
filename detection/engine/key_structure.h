// Checks of structure: what a token, a key file or a key's encoding must look like inside.
//
// Pure functions over hostile bytes; what is decoded is bounded. Called through Validate().
//
//   CheckJwt(token).proof == Proof::kConfirmed
#pragma once

#include <string_view>

#include "detection/engine/proof.h"

namespace keysteward::detection {

// Header and payload are JSON, the header names an algorithm, and there is a signature.
Validation CheckJwt(std::string_view token);
// `after`: what follows the banner.
Validation CheckPem(std::string_view after);
// Base64 of PKCS #1, PKCS #8, SEC 1 or PKCS #12.
Validation CheckPrivateKeyDer(std::string_view encoded);
// Base64 of bytes that are no text.
Validation CheckBase64Binary(std::string_view encoded);
// The first part is the user's number in base64. Only a proof: older tokens were made otherwise.
Validation CheckDiscordId(std::string_view token);

}  // namespace keysteward::detection
