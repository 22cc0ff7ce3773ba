"""The whole job written for each peer: programs of their own, which import no fnnet."""
