// ReviewBuilder: the AdmissionReview an API server would send for an object, in one line.
//
//   const AdmissionReview review = ReviewBuilder(pod).By("alice").Decode();
//   handler.Handle(review.request);
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "webhook/admission/request.h"

namespace keysteward::webhook {

class ReviewBuilder {
 public:
  // CREATE of the object in its own namespace (default payments), by alice, uid "uid-1".
  explicit ReviewBuilder(nlohmann::json object);

  ReviewBuilder& From(nlohmann::json old_object);  // makes it an UPDATE
  ReviewBuilder& Delete();                         // the object becomes oldObject
  ReviewBuilder& By(const std::string& user, const std::vector<std::string>& groups = {});
  ReviewBuilder& Subresource(const std::string& name);
  ReviewBuilder& DryRun();
  // Sets or (with a null) drops a member of `request`.
  ReviewBuilder& With(const std::string& member, nlohmann::json value);

  nlohmann::json Json() const { return review_; }
  std::string Text() const { return review_.dump(); }
  // Ends the test program when it is no review.
  AdmissionReview Decode() const;

 private:
  nlohmann::json review_;
};

// A Pod `web` of namespace payments with one container `app` and these entries as its env.
nlohmann::json PodWith(nlohmann::json env = nlohmann::json::array());
// The same as template of a Deployment `web`.
nlohmann::json DeploymentWith(nlohmann::json env = nlohmann::json::array());

}  // namespace keysteward::webhook
