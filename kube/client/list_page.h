// ListPage: one answer to a list request, taken apart.
//
//   KS_ASSIGN_OR_RETURN(ListPage page, DecodeListPage(resource, metadata_only, body));
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "kube/client/client.h"

namespace keysteward::kube {

struct ListPage {
  // Each with apiVersion and kind, which servers leave out of the items of built-in kinds.
  std::vector<nlohmann::json> items;
  std::string resource_version;
  std::string continue_token;  // "" = last page
};

// kUnavailable for a body that is not a list: a proxy's page, or an answer cut short.
Result<ListPage> DecodeListPage(const Resource& resource, bool metadata_only,
                                std::string_view body);

}  // namespace keysteward::kube
