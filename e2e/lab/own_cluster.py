"""OwnCluster: a cluster that is there already, named by a kubeconfig."""

import os

from lab.cluster import TOOL, Cluster
from lab.shell import Failed, run


MARK = "app.kubernetes.io/managed-by"


class OwnCluster(Cluster):
    """`image` and `test_image` are references as that cluster pulls or holds them."""

    def __init__(self, kubeconfig, image="", test_image=""):
        if not os.path.isfile(kubeconfig):
            raise Failed(f"--kubeconfig {kubeconfig}: there is no such file")
        # The user's own kubectl goes first; ours is there when there is none.
        path = os.environ.get("PATH", os.defpath) + ":" + run([TOOL, "path"]).stdout.strip()
        super().__init__({**os.environ, "KUBECONFIG": os.path.abspath(kubeconfig), "PATH": path})
        self.image = image
        self.test_image = test_image or self.test_image

    def claim(self, namespaces):
        """Makes the namespaces, marked as ours; one that was there before is somebody's."""
        there = {o["metadata"]["name"]: o for o in self.get("namespaces")["items"]}
        for name in namespaces:
            if name in there and not is_ours(there[name]):
                raise Failed(f"namespace {name} is there already and was not made by the demo, "
                             "which would change it: use another cluster")
        for name in namespaces:
            if name not in there:
                self.kubectl("create", "namespace", name)
                # A label of its own: `kubectl apply` of the manifest later on leaves it alone.
                self.kubectl("label", "namespace", name, f"{MARK}=demo")

    def ours(self, namespaces):
        """Which of them `claim` made."""
        there = self.get("namespaces")["items"]
        return [o["metadata"]["name"] for o in there
                if o["metadata"]["name"] in namespaces and is_ours(o)]

    def values(self):
        """Helm values that name the image."""
        repository, colon, tag = self.image.rpartition(":")
        if not colon or "/" in tag:
            raise Failed(f"--image {self.image}: a tag is missing, as in {self.image}:dev")
        return [f"image.repository={repository}", f"image.tag={tag}"]


def is_ours(namespace):
    return namespace["metadata"].get("labels", {}).get(MARK) == "demo"


HOW_TO_LOAD = """\
Your cluster has to find the images. These archives were built:
  {product}
  {test}
kind:      kind load image-archive {product}
           kind load image-archive {test}
k3s:       k3s ctr images import {product}
           k3s ctr images import {test}
registry:  skopeo copy oci-archive:{product} docker://REGISTRY/keysteward:dev
           skopeo copy oci-archive:{test} docker://REGISTRY/keysteward-test:dev
Then run this again with --image keysteward:dev, or with
--image REGISTRY/keysteward:dev --test-image REGISTRY/keysteward-test:dev"""
